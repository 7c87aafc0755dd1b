import { and, eq, inArray, sql } from 'drizzle-orm';
import type { KnowledgeReport } from '../../contracts/knowledge.ts';
import type { Database } from '../database.ts';
import { knowledgeChunks, runKnowledge } from '../schema.ts';

export type KnowledgeRow = typeof knowledgeChunks.$inferInsert;

const atOnce = 200;

/** Embeddings that some index has of texts, by the texts' hash. */
export async function knownEmbeddings(db: Database, model: string, hashes: readonly string[]): Promise<Map<string, number[]>> {
  const known = new Map<string, number[]>();
  for (let i = 0; i < hashes.length; i += atOnce) {
    const rows = await db
      .selectDistinctOn([knowledgeChunks.textHash], { hash: knowledgeChunks.textHash, embedding: knowledgeChunks.embedding })
      .from(knowledgeChunks)
      .where(and(eq(knowledgeChunks.model, model), inArray(knowledgeChunks.textHash, hashes.slice(i, i + atOnce))));
    for (const row of rows) known.set(row.hash, row.embedding);
  }
  return known;
}

export async function insertChunks(db: Database, rows: readonly KnowledgeRow[]): Promise<void> {
  for (let i = 0; i < rows.length; i += atOnce)
    await db
      .insert(knowledgeChunks)
      .values(rows.slice(i, i + atOnce))
      .onConflictDoNothing();
}

export const countChunks = (db: Database, index: string): Promise<number> => db.$count(knowledgeChunks, eq(knowledgeChunks.index, index));

/**
 * The nearest chunks to each vector by cosine distance, as ordinals, best first, ties by ordinal. Exact: every chunk of the index is compared.
 */
export async function nearestChunks(db: Database, index: string, vectors: readonly (readonly number[])[], count: number): Promise<number[][]> {
  const found: number[][] = vectors.map(() => []);
  if (vectors.length === 0) return found;
  const literals = JSON.stringify(vectors.map((v) => JSON.stringify(v)));
  const { rows } = await db.execute<{ query: string; ordinal: number }>(sql`
    select q.n - 1 as query, c.ordinal
    from jsonb_array_elements_text(${literals}::jsonb) with ordinality as q(vector, n)
    cross join lateral (
      select ${knowledgeChunks.ordinal} as ordinal, ${knowledgeChunks.embedding} <=> q.vector::vector as distance
      from ${knowledgeChunks} where ${knowledgeChunks.index} = ${index}
      order by distance, ordinal limit ${count}
    ) c
    order by q.n, c.distance, c.ordinal`);
  for (const row of rows) found[Number(row.query)]?.push(row.ordinal);
  return found;
}

export async function saveRunKnowledge(db: Database, run: string, index: string, report: KnowledgeReport): Promise<void> {
  await db.insert(runKnowledge).values({ run, index, report }).onConflictDoUpdate({ target: runKnowledge.run, set: { index, report } });
}

export async function knowledgeOfRun(db: Database, run: string): Promise<{ index: string; report: KnowledgeReport } | null> {
  const [row] = await db.select().from(runKnowledge).where(eq(runKnowledge.run, run));
  return row ? { index: row.index, report: row.report as KnowledgeReport } : null;
}
