import { failureOf, toProviderError, unknownModel } from './errors.ts';
import { ProviderError } from './provider.ts';

interface AwsFault {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  readonly $retryable?: { readonly throttling?: boolean };
}

export const isAwsError = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

/** AWS names its refusals; the name is trusted before the status. */
export function awsError(provider: string, error: unknown, isCreate: boolean): Error {
  const fault = error as AwsFault;
  const status = fault.$metadata?.httpStatusCode;
  if (error instanceof ProviderError || !(error instanceof Error)) return toProviderError(provider, error, isCreate);
  if (isAwsError(error, 'SyntaxError') || /Deserialization/i.test(error.message))
    return new ProviderError(provider, isCreate ? 'ambiguous' : 'retry', `${provider} sent an answer that is not JSON`, { cause: error });
  if (status !== undefined && status >= 400) {
    if (error.name === 'ValidationException' && /model identifier is invalid/i.test(error.message)) return unknownModel(provider, error.message);
    const after = Number(fault.$response?.headers?.['retry-after']);
    const failure = error.name === 'ThrottlingException' ? 'retry' : failureOf(status, isCreate);
    return new ProviderError(provider, failure, `${provider}: ${error.message}`, {
      status,
      retryAfterMs: Number.isFinite(after) && after > 0 ? after * 1000 : null,
      cause: error,
    });
  }
  if (isAwsError(error, 'AbortError') || error instanceof TypeError || error.name === 'TunegateError') return error;
  return new ProviderError(provider, isCreate ? 'ambiguous' : 'retry', `${provider} did not answer: ${error.message}`, { cause: error });
}
