/** One request to the server; failures become `TunegateError`s that say what, where and what to do. */
import { type ErrorCode, type ErrorDocument, TunegateError } from '../contracts/errors.ts';

export interface Connection {
  /** Where the server listens, e.g. `http://127.0.0.1:7300`. */
  readonly url: string;
  /** An API key. */
  readonly key: string;
  readonly fetch?: typeof fetch;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly bytes?: Uint8Array | ReadableStream<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
  /** A repeated message with the same id counts once. */
  readonly requestId?: string | undefined;
}

export type Http = ReturnType<typeof openHttp>;

export function openHttp(connection: Connection) {
  const base = connection.url.replace(/\/+$/, '');
  const send = connection.fetch ?? fetch;

  const request = async (method: string, path: string, options: RequestOptions = {}): Promise<Response> => {
    const hasJson = options.body !== undefined;
    const headers = {
      authorization: `Bearer ${connection.key}`,
      ...(hasJson ? { 'content-type': 'application/json' } : {}),
      ...(options.requestId ? { 'x-request-id': options.requestId } : {}),
    };
    const body = hasJson ? JSON.stringify(options.body) : options.bytes;
    let response: Response;
    try {
      response = await send(`${base}${path}`, {
        method,
        headers,
        signal: options.signal ?? null,
        ...(body === undefined ? {} : { body, duplex: 'half' }),
      } as RequestInit);
    } catch (cause) {
      if (options.signal?.aborted) throw cause;
      throw new TunegateError('provider_unavailable', `the Tunegate server does not answer: ${reasonOf(cause)}`, {
        where: base,
        remedy: 'start it with: tunegate start',
        cause,
      });
    }
    if (!response.ok && method !== 'HEAD') throw await errorOf(response, `${base}${path}`);
    return response;
  };

  return {
    request,
    json: async <T>(method: string, path: string, options?: RequestOptions): Promise<T> =>
      (await request(method, path, options)).json() as Promise<T>,
  };
}

async function errorOf(response: Response, where: string): Promise<TunegateError> {
  const text = await response.text().catch(() => '');
  try {
    const { error } = JSON.parse(text) as ErrorDocument;
    return new TunegateError(error.code as ErrorCode, error.message, { where: error.where ?? where, remedy: error.remedy ?? undefined });
  } catch {
    return new TunegateError('internal', `the server answered ${response.status} with something else than JSON`, {
      where,
      remedy: 'is another program listening on this port?',
    });
  }
}

/** `fetch` hides the reason in a cause. */
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return inner instanceof Error ? inner.message || ('code' in inner ? String(inner.code) : inner.name) : String(inner);
}
