import type { ChatCompletion, ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import type { Capabilities, Completion, CompletionRequest, WrittenToken } from './provider.ts';

/** `metadata` key that carries the key of a job or batch; also sent as `Idempotency-Key`. */
export const keyField = 'tunegate_key';

/** The chat request in OpenAI's words. Enumerated answers are asked for only where the service serves them. */
export function chatBody(request: CompletionRequest, capabilities: Capabilities): ChatCompletionCreateParamsNonStreaming {
  const base = {
    model: request.model,
    messages: [...request.messages],
    temperature: request.temperature,
    max_tokens: request.maxTokens,
    ...(request.seed === undefined ? {} : { seed: request.seed }),
    ...(request.topLogprobs === undefined || !capabilities.logprobs ? {} : { logprobs: true, top_logprobs: request.topLogprobs }),
  };
  if (request.labels && capabilities.enumeratedAnswers) {
    const schema = { type: 'string', enum: [...request.labels] };
    return { ...base, logprobs: true, top_logprobs: 20, response_format: { type: 'json_schema', json_schema: { name: 'label', schema } } };
  }
  if (request.schema && capabilities.jsonSchema) {
    return { ...base, response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { ...request.schema } } } };
  }
  return base;
}

export function readCompletion(request: CompletionRequest, answer: ChatCompletion, capabilities: Capabilities, latencyMs: number | null): Completion {
  const choice = answer.choices[0];
  const content = choice?.message.content ?? '';
  const isEnumerated = request.labels !== null && capabilities.enumeratedAnswers;
  return {
    id: request.id,
    text: isEnumerated ? unquote(content) : content,
    scores: isEnumerated ? scoresOf(choice) : null,
    ...(request.topLogprobs === undefined || isEnumerated ? {} : { tokens: tokensOf(choice) }),
    finish: choice?.finish_reason === 'length' ? 'length' : 'stop',
    promptTokens: answer.usage?.prompt_tokens ?? 0,
    completionTokens: answer.usage?.completion_tokens ?? 0,
    latencyMs,
    error: null,
  };
}

/** An enumerated answer arrives as a JSON string, quotes and all. */
function unquote(content: string): string {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'string' ? value : content;
  } catch {
    return content;
  }
}

const tokensOf = (choice: ChatCompletion.Choice | undefined): WrittenToken[] =>
  (choice?.logprobs?.content ?? []).map(({ token, logprob, top_logprobs }) => ({
    token,
    logprob,
    top: top_logprobs.map((t) => ({ token: t.token, logprob: t.logprob })),
  }));

function scoresOf(choice: ChatCompletion.Choice | undefined): Record<string, number> | null {
  const top = choice?.logprobs?.content?.[0]?.top_logprobs;
  return top ? Object.fromEntries(top.map((t) => [t.token, t.logprob])) : null;
}
