/** Errors as the official clients of the wire shape expect them. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { errorBody, statusOf } from '../errors.ts';
import type { AppEnv } from '../services.ts';

export interface OpenAiError {
  readonly error: { readonly message: string; readonly type: string; readonly param: string | null; readonly code: string | null };
}

/** A request that the gateway refuses itself. */
export class GatewayRefusal extends Error {
  override readonly name = 'GatewayRefusal';
  readonly status: number;
  readonly param: string | null;
  readonly code: string | null;

  constructor(status: number, message: string, detail: { param?: string; code?: string } = {}) {
    super(message);
    this.status = status;
    this.param = detail.param ?? null;
    this.code = detail.code ?? null;
  }
}

const typeOf = (status: number): string => (status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error');

export function openAiError(error: unknown): { status: number; body: OpenAiError } {
  if (error instanceof GatewayRefusal) {
    const { status, message, param, code } = error;
    return { status, body: { error: { message, type: typeOf(status), param, code } } };
  }
  const { code, message, remedy } = errorBody(error);
  const status = statusOf(code);
  return {
    status,
    body: {
      error: {
        message: remedy ? `${message}; ${remedy}` : message,
        type: typeOf(status),
        param: null,
        code: code === 'unauthorized' ? 'invalid_api_key' : code,
      },
    },
  };
}

export function answerError(error: Error, c: Context<AppEnv>): Response {
  const { status, body } = openAiError(error);
  if (status >= 500) c.var.services.log.error({ requestId: c.var.requestId, path: c.req.path, err: error }, 'gateway error');
  return c.json(body, status as ContentfulStatusCode);
}
