import type { KnowledgeDeps } from '../../db/knowledge/store-index.ts';
import type { ActivityDeps } from '../deps.ts';

/** What retrieval needs, from what activities have. */
export const knowledgeDeps = ({ db, store, providers }: Pick<ActivityDeps, 'db' | 'store' | 'providers'>, signal?: AbortSignal): KnowledgeDeps => ({
  db,
  store,
  embed: ({ provider, model }, texts) => providers(provider).embed(model, texts, signal ? { signal } : {}),
});
