import type { ActivityDeps } from '../deps.ts';

/** The model that texts are compared by: small, on every trainer, the same for evaluation and gateway. */
export const textEmbedding = { provider: 'local', model: 'all-minilm-l6-v2' } as const;

const textsAtOnce = 64;

export async function embedTexts(
  deps: Pick<ActivityDeps, 'providers'>,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<(readonly number[])[]> {
  const vectors: (readonly number[])[] = [];
  for (let i = 0; i < texts.length; i += textsAtOnce) {
    // An empty text has no embedding of its own; a space stands for it.
    const batch = texts.slice(i, i + textsAtOnce).map((text) => text || ' ');
    vectors.push(...(await deps.providers(textEmbedding.provider).embed(textEmbedding.model, batch, { signal })));
  }
  return vectors;
}
