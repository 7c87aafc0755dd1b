import { randomUUID } from 'node:crypto';
import type { EndpointVersion } from '../../contracts/api.ts';
import type { Completion } from '../../providers/provider.ts';
import { examplesFor } from '../../db/knowledge/examples.ts';
import { passagesFor } from '../../db/knowledge/retrieve.ts';
import type { KnowledgeDeps } from '../../db/knowledge/store-index.ts';
import { parseAnswer } from '../../domain/prompt/parse.ts';
import { renderRequest } from '../../domain/prompt/render.ts';
import type { Services } from '../services.ts';
import type { ChatRequest } from './chat-request.ts';
import { GatewayRefusal } from './openai-error.ts';
import type { ServedModels } from './served-models.ts';

export interface Answer {
  readonly text: string;
  /** False where the model's words are given as they are, because no answer could be read from them. */
  readonly isParsed: boolean;
  readonly completion: Completion;
}

/** Asks an approved artifact exactly as its evaluation did: same passages, same prompt, same constraints, same way of reading the answer. */
export function answer(
  services: Services,
  models: ServedModels,
  version: EndpointVersion,
  { input, logprobs, topLogprobs }: Pick<ChatRequest, 'input' | 'logprobs' | 'topLogprobs'>,
  signal: AbortSignal,
): Promise<Answer> {
  return models.with(version.artifact, async ({ artifact, model }) => {
    const [passages = []] = await passagesFor(knowledgeDeps(services, signal), artifact, [input]);
    const [examples = []] = await examplesFor(knowledgeDeps(services, signal), artifact, [input]);
    const request = renderRequest(artifact, { id: randomUUID(), input, passages, examples }, model);
    const completion = await services.providers(artifact.provider).complete(logprobs ? { ...request, topLogprobs } : request, { signal });
    if (completion.error !== null) throw new GatewayRefusal(502, `the model service failed: ${completion.error}`);
    const parsed = parseAnswer(artifact.task, completion.text);
    return { text: parsed ?? completion.text, isParsed: parsed !== null, completion };
  });
}

const knowledgeDeps = ({ db, artifacts, providers }: Services, signal: AbortSignal): KnowledgeDeps => ({
  db,
  store: artifacts,
  embed: ({ provider, model }, texts) => providers(provider).embed(model, texts, { signal }),
});
