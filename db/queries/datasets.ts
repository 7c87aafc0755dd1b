import { eq } from 'drizzle-orm';
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
