import { type BatchProgress, type CallOptions, type Completion, type CompletionRequest, type Provider, ProviderError } from './provider.ts';

/** Answers every request by calls of which at most `parallelCalls` are under way. The order of the answers is the order of the requests. */
export async function answerByCalls(
  provider: Pick<Provider, 'complete' | 'capabilities'>,
  requests: readonly CompletionRequest[],
  onProgress: (progress: BatchProgress) => void,
  options: CallOptions = {},
): Promise<readonly Completion[]> {
  const answers: Completion[] = new Array(requests.length);
  let next = 0;
  let done = 0;
  const lane = async () => {
    for (let i = next++; i < requests.length; i = next++) {
      const request = requests[i] as CompletionRequest;
      answers[i] = await provider.complete(request, options).catch((error: unknown) => {
        // A row that the service refuses for good is that row's fault; anything else is the whole call's.
        if (error instanceof ProviderError && error.failure === 'never' && error.status === 400) return failedAnswer(request, error.message);
        throw error;
      });
      done += 1;
      onProgress({ done, total: requests.length });
    }
  };
  await Promise.all(Array.from({ length: Math.min(provider.capabilities.rate.parallelCalls, requests.length) }, lane));
  return answers;
}

export const failedAnswer = (request: CompletionRequest, error: string): Completion => ({
  id: request.id,
  text: '',
  scores: null,
  promptTokens: 0,
  completionTokens: 0,
  latencyMs: null,
  error,
});
