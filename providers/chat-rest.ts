/** Chat completions in the OpenAI shape, asked over plain HTTP by services whose training side differs. */
import type { ChatCompletion } from 'openai/resources/chat/completions';
import { answerByCalls } from './bounded-calls.ts';
import { chatBody, readCompletion } from './openai-chat.ts';
import type { Capabilities, Provider } from './provider.ts';
import type { Rest } from './rest.ts';
import { unsupported } from './unsupported.ts';

export interface ChatRestOptions {
  readonly name: string;
  readonly rest: Rest;
  readonly path: string;
  readonly capabilities: Capabilities;
  /** What the service calls the seed. */
  readonly seedField?: string;
  readonly embedPath?: string;
}

export function chatRest({
  name,
  rest,
  path,
  capabilities,
  seedField = 'seed',
  embedPath,
}: ChatRestOptions): Pick<Provider, 'complete' | 'batch' | 'embed'> {
  const complete: Provider['complete'] = async (request, { signal } = {}) => {
    const { seed, ...body } = chatBody(request, capabilities);
    const started = performance.now();
    const answer = await rest<ChatCompletion>('POST', path, { json: { ...body, ...(seed === undefined ? {} : { [seedField]: seed }) }, signal });
    return readCompletion(request, answer, capabilities, performance.now() - started);
  };
  return {
    complete,
    batch: (_, requests, onProgress, options) => answerByCalls({ complete, capabilities }, requests, onProgress, options),
    embed: async (model, inputs, { signal } = {}) => {
      if (!embedPath) throw unsupported(name, 'embeddings');
      const answer = await rest<{ data: { embedding: number[] }[] }>('POST', embedPath, { json: { model, input: [...inputs] }, signal });
      return answer.data.map((d) => d.embedding);
    },
  };
}
