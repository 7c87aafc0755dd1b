/**
 * Retrieval at answer time. It lies on this floor because the evaluation (`activities/`) and the gateway (`server/`) both call it and may import no common
 * room with effects but `db/`: one function, so that what is served is what was evaluated. Calls to a model service come in as `Embed`.
 */
import type { Artifact } from '../../contracts/artifact.ts';
import type { Chunk, KnowledgeIndex } from '../../contracts/knowledge.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { openBm25, type Bm25 } from '../../domain/knowledge/bm25.ts';
import { passageText, searchText } from '../../domain/knowledge/chunk.ts';
import { fuse, fusionWeights } from '../../domain/knowledge/fuse.ts';
import { keepLatest } from '../keep-latest.ts';
import { countChunks, nearestChunks } from '../queries/knowledge.ts';
import { type KnowledgeDeps, storeChunks } from './store-index.ts';

/** Places of each search that are fused. */
const depth = 50;
const questionsAtOnce = 32;

interface OpenIndex {
  readonly index: KnowledgeIndex;
  readonly chunks: readonly Chunk[];
  readonly words: Bm25;
}

const indexes = keepLatest<ArtifactRef, OpenIndex>(8);

/**
 * The chunks that fit each question best, by vector and by words, fused by rank; the same index and question always give the same chunks.
 * An index that this database does not hold yet is rebuilt from the artifact store.
 */
export async function retrieveChunks(deps: KnowledgeDeps, ref: ArtifactRef, questions: readonly string[], count: number): Promise<Chunk[][]> {
  const { index, chunks, words } = await indexes(ref, () => load(deps, ref));
  const found: Chunk[][] = [];
  for (let i = 0; i < questions.length; i += questionsAtOnce) {
    const batch = questions.slice(i, i + questionsAtOnce);
    const nearest = await nearestChunks(deps.db, ref, await deps.embed(index.embedding, batch), depth);
    for (const [n, question] of batch.entries()) {
      const byWords = words.search(question, depth).map((hit) => hit.ordinal);
      const fused = fuse(
        [
          { weight: fusionWeights.vector, ordinals: nearest[n] ?? [] },
          { weight: fusionWeights.words, ordinals: byWords },
        ],
        count,
      );
      found.push(fused.flatMap((ordinal) => chunks[ordinal] ?? []));
    }
  }
  return found;
}

/** @example await retrieve(deps, index, 'How long is the warranty?', 2) // ['Warranty > What is covered: …', …] */
export async function retrieve(deps: KnowledgeDeps, index: ArtifactRef, question: string, count: number): Promise<string[]> {
  return ((await retrieveChunks(deps, index, [question], count))[0] ?? []).map(passageText);
}

/** What an artifact puts before each question; empty lists for one that retrieves nothing. */
export async function passagesFor(
  deps: KnowledgeDeps,
  { retrieval }: Pick<Artifact, 'retrieval'>,
  questions: readonly string[],
): Promise<string[][]> {
  if (retrieval === null) return questions.map(() => []);
  return (await retrieveChunks(deps, retrieval.index, questions, retrieval.passages)).map((chunks) => chunks.map(passageText));
}

async function load(deps: KnowledgeDeps, ref: ArtifactRef): Promise<OpenIndex> {
  const index = await deps.store.getJson<KnowledgeIndex>(ref);
  const chunks: Chunk[] = [];
  for await (const chunk of deps.store.getLines<Chunk>(index.chunks)) chunks.push(chunk);
  if ((await countChunks(deps.db, ref)) < index.count) await storeChunks(deps, { index: ref, embedding: index.embedding }, chunks, () => undefined);
  return { index, chunks, words: openBm25(chunks.map(searchText)) };
}
