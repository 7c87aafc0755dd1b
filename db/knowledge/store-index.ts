/** An index in the database: its chunks' embeddings, computed once per text and model, whichever index or run asked first. */
import type { Chunk, KnowledgeIndex } from '../../contracts/knowledge.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { sha256 } from '../../domain/hash.ts';
import { searchText } from '../../domain/knowledge/chunk.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import type { Database } from '../database.ts';
import { insertChunks, knownEmbeddings } from '../queries/knowledge.ts';

/** Turns texts into vectors; the room that calls supplies it from its providers. */
export type Embed = (embedding: KnowledgeIndex['embedding'], texts: readonly string[]) => Promise<readonly (readonly number[])[]>;

export interface KnowledgeDeps {
  readonly db: Database;
  readonly store: ArtifactStore;
  readonly embed: Embed;
}

export interface StoredIndex {
  readonly embedded: number;
  readonly reused: number;
}

const atOnce = 32;

/** Embeds what is new and writes all chunks of an index, batch by batch: after a crash only the unfinished batch is embedded again. */
export async function storeChunks(
  deps: KnowledgeDeps,
  at: { index: ArtifactRef; embedding: KnowledgeIndex['embedding'] },
  chunks: readonly Chunk[],
  onProgress: (done: number) => void,
): Promise<StoredIndex> {
  const { model } = at.embedding;
  const texts = new Map(chunks.map((chunk) => [sha256(searchText(chunk)), searchText(chunk)]));
  const known = await knownEmbeddings(deps.db, model, [...texts.keys()]);
  const reused = known.size;
  for (let i = 0; i < chunks.length; i += atOnce) {
    const batch = chunks.slice(i, i + atOnce);
    const missing = [...new Set(batch.map((chunk) => sha256(searchText(chunk))))].filter((hash) => !known.has(hash));
    const vectors =
      missing.length > 0
        ? await deps.embed(
            at.embedding,
            missing.map((hash) => texts.get(hash) ?? ''),
          )
        : [];
    for (const [n, hash] of missing.entries()) known.set(hash, [...(vectors[n] ?? [])]);
    await insertChunks(
      deps.db,
      batch.map((chunk) => {
        const textHash = sha256(searchText(chunk));
        return {
          index: at.index,
          ordinal: chunk.ordinal,
          document: chunk.document,
          headings: [...chunk.headings],
          model,
          textHash,
          embedding: known.get(textHash) ?? [],
        };
      }),
    );
    onProgress(Math.min(chunks.length, i + atOnce));
  }
  return { embedded: texts.size - reused, reused };
}
