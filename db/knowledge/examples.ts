/** Few-shot examples that are chosen anew for each question; beside retrieval, and for its reason: evaluation and gateway call one function. */
import type { Artifact, PoolRow } from '../../contracts/artifact.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { cosineSimilarity } from '../../domain/evaluation/similarity.ts';
import { keepLatest } from '../keep-latest.ts';
import type { KnowledgeDeps } from './store-index.ts';

export type Examples = Artifact['prompt']['examples'];

const questionsAtOnce = 32;
const pools = keepLatest<ArtifactRef, PoolRow[]>(4);

/**
 * The pool's rows that lie nearest to each question, the nearest last, where a model minds it most; empty lists for an artifact whose examples stand
 * fast. The same artifact and question always give the same examples.
 */
export async function examplesFor(
  deps: Pick<KnowledgeDeps, 'store' | 'embed'>,
  { prompt }: Pick<Artifact, 'prompt'>,
  questions: readonly string[],
): Promise<Examples[]> {
  const { nearest } = prompt;
  if (nearest === undefined) return questions.map(() => []);
  const pool = await pools(nearest.pool, () => load(deps.store, nearest.pool));
  const found: Examples[] = [];
  for (let i = 0; i < questions.length; i += questionsAtOnce) {
    const vectors = await deps.embed(nearest.embedding, questions.slice(i, i + questionsAtOnce));
    for (const vector of vectors) found.push(closest(pool, vector, nearest.count));
  }
  return found;
}

function closest(pool: readonly PoolRow[], vector: readonly number[], count: number): Examples {
  return pool
    .map((row) => ({ row, similarity: cosineSimilarity(row.vector, vector) }))
    .sort((a, b) => b.similarity - a.similarity || (a.row.input < b.row.input ? -1 : 1))
    .slice(0, count)
    .reverse()
    .map(({ row: { input, output } }) => ({ input, output }));
}

async function load(store: KnowledgeDeps['store'], ref: ArtifactRef): Promise<PoolRow[]> {
  const rows: PoolRow[] = [];
  for await (const row of store.getLines<PoolRow>(ref)) rows.push(row);
  return rows;
}
