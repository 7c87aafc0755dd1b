import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import { TunegateError } from '../contracts/errors.ts';
import { ProviderError } from './provider.ts';

const retryable = new Set([408, 409, 425, 429]);

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
 * The one place where a provider's failure becomes ours. `isCreate` marks calls that have an effect: an answer that never arrived,
 * or a server error, leaves open whether the effect took place.
 */
export function toProviderError(provider: string, error: unknown, isCreate = false): Error {
  if (error instanceof ProviderError || error instanceof TunegateError || error instanceof APIUserAbortError) return error;
  if (error instanceof APIConnectionTimeoutError || error instanceof APIConnectionError) {
    return new ProviderError(provider, isCreate ? 'ambiguous' : 'retry', `${provider} did not answer: ${error.message}`, { cause: error });
  }
  if (error instanceof APIError && typeof error.status === 'number') {
    if (error.code === 'model_not_found') {
      return new TunegateError('base_model_missing', error.message, {
        where: provider,
        remedy: 'name a model that the provider has; for the trainer also a local folder or a Hugging Face name',
      });
    }
    const detail = { status: error.status, retryAfterMs: retryAfterMs(error.headers, Date.now()), cause: error };
    if (retryable.has(error.status)) return new ProviderError(provider, 'retry', `${provider}: ${error.message}`, detail);
    if (error.status >= 500) return new ProviderError(provider, isCreate ? 'ambiguous' : 'retry', `${provider}: ${error.message}`, detail);
    return new ProviderError(provider, 'never', `${provider}: ${error.message}`, detail);
  }
  if (error instanceof SyntaxError)
    return new ProviderError(provider, isCreate ? 'ambiguous' : 'retry', `${provider} sent an answer that is not JSON`, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}
