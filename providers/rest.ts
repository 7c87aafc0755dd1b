/** A JSON service over HTTP whose official client would add nothing: one request, one answer, its failure mapped. Nothing is retried here. */
import { failureOf, retryAfterMs, toProviderError, unknownModel } from './errors.ts';
import { ProviderError } from './provider.ts';

export interface RestOptions {
  readonly provider: string;
  readonly baseURL: string;
  /** Asked for each request, as tokens may be renewed. */
  readonly headers: () => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}
export interface RestRequest {
  readonly json?: unknown;
  readonly form?: FormData;
  readonly bytes?: Uint8Array;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  /** The request has an effect that costs; an unclear answer is then `ambiguous`. */
  readonly isCreate?: boolean;
}
export type Rest = <T>(method: string, path: string, request?: RestRequest) => Promise<T>;

/** @throws ProviderError with what may be done about it */
export function restClient({ provider, baseURL, headers, timeoutMs }: RestOptions): Rest {
  return async <T>(method: string, path: string, request: RestRequest = {}): Promise<T> => {
    const { isCreate = false, signal } = request;
    const url = new URL(`${baseURL.replace(/\/$/, '')}${path}`);
    for (const [name, value] of Object.entries(request.query ?? {})) if (value !== undefined) url.searchParams.set(name, value);
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await fetch(url, {
        method,
        headers: { accept: 'application/json', ...contentType(request), ...(await headers()) },
        body: bodyOf(request),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      const text = await answer.text();
      if (!answer.ok) throw refusal(provider, answer, text, isCreate);
      return (text === '' ? {} : JSON.parse(text)) as T;
    } catch (error) {
      throw toProviderError(provider, error, isCreate);
    }
  };
}

const contentType = (request: RestRequest): Record<string, string> =>
  request.json !== undefined ? { 'content-type': 'application/json' } : request.bytes ? { 'content-type': 'application/jsonl' } : {};

const bodyOf = ({ json, form, bytes }: RestRequest) => (json !== undefined ? JSON.stringify(json) : (form ?? (bytes ? Buffer.from(bytes) : null)));

function refusal(provider: string, answer: Response, text: string, isCreate: boolean): Error {
  const message = messageOf(text) ?? `HTTP ${answer.status}`;
  if (answer.status === 404 && /model/i.test(message)) return unknownModel(provider, `${provider}: ${message}`);
  return new ProviderError(provider, failureOf(answer.status, isCreate), `${provider}: ${message}`, {
    status: answer.status,
    retryAfterMs: retryAfterMs(answer.headers, Date.now()),
  });
}

/** Services put their words under `error.message`, `message` or `detail`. */
function messageOf(text: string): string | null {
  try {
    const body = JSON.parse(text) as { error?: { message?: string } | string; message?: string; detail?: unknown };
    if (typeof body.error === 'string') return body.error;
    return body.error?.message ?? body.message ?? (body.detail === undefined ? null : JSON.stringify(body.detail));
  } catch {
    return null;
  }
}

export function fileForm(bytes: Uint8Array, fileName: string, fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([Buffer.from(bytes)], { type: 'application/jsonl' }), fileName);
  return form;
}
