import { and, asc, desc, eq, like, sql } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { datasets, runs } from '../schema.ts';

export async function recordDataset(
  db: Database,
  at: { run: string; hash: string; name: string; manifest: unknown; testHash: string },
): Promise<void> {
  const { run, ...dataset } = at;
  await db.insert(datasets).values(dataset).onConflictDoNothing();
  await db.update(runs).set({ dataset: at.hash }).where(eq(runs.id, run));
}

/** A dataset's manifest, as the dataset stage wrote it. */
export async function readManifest(db: Database, hash: string): Promise<unknown | null> {
  const [row] = await db.select({ manifest: datasets.manifest }).from(datasets).where(eq(datasets.hash, hash));
  return row?.manifest ?? null;
}

export type DatasetRow = typeof datasets.$inferSelect;

/** What a run froze; null where it did not come so far. */
export async function datasetOfRun(db: Database, run: string): Promise<DatasetRow | null> {
  const [row] = await db.select({ dataset: datasets }).from(runs).innerJoin(datasets, eq(datasets.hash, runs.dataset)).where(eq(runs.id, run));
  return row?.dataset ?? null;
}

/** The first version of a pipeline's dataset whose test set was split off in this way; every later version keeps that test set. */
export async function firstOfTest(db: Database, name: string, testIdentity: string): Promise<DatasetRow | null> {
  const [row] = await db
    .select()
    .from(datasets)
    .where(and(eq(datasets.name, name), sql`${datasets.manifest}->>'testIdentity' = ${testIdentity}`))
    .orderBy(asc(datasets.createdAt), asc(datasets.hash))
    .limit(1);
  return row ?? null;
}

/** Newest first. */
export const listDatasets = (db: Database, { name, limit }: { name?: string; limit: number }): Promise<DatasetRow[]> =>
  db
    .select()
    .from(datasets)
    .where(name === undefined ? undefined : eq(datasets.name, name))
    .orderBy(desc(datasets.createdAt))
    .limit(limit);

/** @param prefix a hash or its beginning, with `sha256:` */
export const datasetsLike = (db: Database, prefix: string): Promise<DatasetRow[]> =>
  db
    .select()
    .from(datasets)
    .where(like(datasets.hash, `${prefix.replace(/[%_\\\\]/g, '')}%`))
    .limit(3);

export async function runsOfDataset(db: Database, hash: string): Promise<string[]> {
  const rows = await db.select({ id: runs.id }).from(runs).where(eq(runs.dataset, hash)).orderBy(desc(runs.createdAt)).limit(20);
  return rows.map((row) => row.id);
}
