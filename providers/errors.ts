import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import { TunegateError } from '../contracts/errors.ts';
import { ProviderError, type ProviderFailure } from './provider.ts';

/** Seconds, HTTP date or `retry-after-ms` → milliseconds. */
export function retryAfterMs(headers: Headers | undefined, nowMs: number): number | null {
  const ms = headers?.get('retry-after-ms');
  if (ms && Number.isFinite(Number(ms))) return Number(ms);
  const after = headers?.get('retry-after');
  if (!after) return null;
  if (Number.isFinite(Number(after))) return Number(after) * 1000;
  const date = Date.parse(after);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}

/**
 * What an HTTP status means. `isCreate` marks calls that have an effect: where the answer never arrived, or the server failed or timed out
 * on the way, the effect may have taken place all the same. 429 and 425 are refusals before any work.
 */
export function failureOf(status: number, isCreate: boolean): ProviderFailure {
  if (status === 429 || status === 425) return 'retry';
  if (status === 408 || status === 409 || status >= 500) return isCreate ? 'ambiguous' : 'retry';
  return 'never';
}

/** The one place where a provider's failure becomes ours. */
export function toProviderError(provider: string, error: unknown, isCreate = false): Error {
  if (error instanceof ProviderError || error instanceof TunegateError || error instanceof APIUserAbortError) return error;
  if (error instanceof APIError && typeof error.status === 'number') {
    if (error.code === 'model_not_found') return unknownModel(provider, error.message);
    return new ProviderError(provider, failureOf(error.status, isCreate), `${provider}: ${error.message}`, {
      status: error.status,
      retryAfterMs: retryAfterMs(error.headers, Date.now()),
      cause: error,
    });
  }
  if (error instanceof APIConnectionTimeoutError || error instanceof APIConnectionError || isBrokenConnection(error))
    return new ProviderError(provider, isCreate ? 'ambiguous' : 'retry', `${provider} did not answer: ${(error as Error).message}`, { cause: error });
  if (error instanceof SyntaxError)
    return new ProviderError(provider, isCreate ? 'ambiguous' : 'retry', `${provider} sent an answer that is not JSON`, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}

export const unknownModel = (provider: string, message: string): TunegateError =>
  new TunegateError('base_model_missing', message, {
    where: provider,
    remedy: 'name a model that the provider has; for the trainer also a local folder or a Hugging Face name',
  });

const connectionCodes = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** `fetch` tells of a broken connection by a TypeError with the socket's own error as its cause. */
export function isBrokenConnection(error: unknown): boolean {
  for (let inner: unknown = error, depth = 0; inner instanceof Error && depth < 4; inner = inner.cause, depth++) {
    if (connectionCodes.has(String((inner as { code?: unknown }).code))) return true;
    if (inner.name === 'TimeoutError' || (inner instanceof TypeError && /fetch failed|terminated/.test(inner.message))) return true;
  }
  return false;
}

/** An answer that is JSON but not of the documented form: as unclear as one that was cut. */
export function expectField(provider: string, value: unknown, what: string, isCreate: boolean): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ProviderError(provider, isCreate ? 'ambiguous' : 'retry', `${provider} answered without ${what}`);
}
