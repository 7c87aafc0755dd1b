import { z } from 'zod';
import { GatewayRefusal } from './openai-error.ts';

const part = z.looseObject({ type: z.string(), text: z.string().optional() });
const schema = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(part)]).nullish() })).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.number().int().min(0).max(20).nullish(),
  n: z.number().int().nullish(),
});

export interface ChatRequest {
  readonly endpoint: string;
  /** The caller's raw input: what the last user message says. */
  readonly input: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly logprobs: boolean;
  readonly topLogprobs: number;
}

/**
 * Reads a chat request. Prompt, decoding and constraints belong to the approved artifact, so sampling parameters of the caller are
 * accepted and not used: what was evaluated is what is served.
 */
export function readChatRequest(text: string): ChatRequest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new GatewayRefusal(400, 'the request body is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new GatewayRefusal(400, issue?.message ?? 'the request is not a chat request', { param: issue?.path.join('.') || 'body' });
  }
  const { model, messages, ...options } = parsed.data;
  if ((options.n ?? 1) !== 1) throw new GatewayRefusal(400, 'an endpoint gives one answer; n must be 1', { param: 'n' });
  const last = messages.findLast((m) => m.role === 'user');
  if (!last) throw new GatewayRefusal(400, 'there is no user message; the raw input is the content of the last one', { param: 'messages' });
  const input = typeof last.content === 'string' ? last.content : (last.content ?? []).map((p) => textOf(p)).join('\n');
  if (input.trim() === '') throw new GatewayRefusal(400, 'the last user message is empty', { param: 'messages' });
  return {
    endpoint: model,
    input,
    stream: options.stream ?? false,
    includeUsage: options.stream_options?.include_usage ?? false,
    logprobs: options.logprobs ?? false,
    topLogprobs: options.top_logprobs ?? 0,
  };
}

function textOf(p: z.infer<typeof part>): string {
  if (p.type === 'text' && p.text !== undefined) return p.text;
  throw new GatewayRefusal(400, `content of type '${p.type}' is not supported; send text`, { param: 'messages' });
}
