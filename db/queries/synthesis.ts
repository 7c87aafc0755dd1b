import { and, asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { syntheticRows } from '../schema.ts';

export type SyntheticRow = typeof syntheticRows.$inferSelect;
export type NewSyntheticRow = Omit<typeof syntheticRows.$inferInsert, 'scores' | 'dropped' | 'span' | 'label' | 'createdAt'>;

/** Rows that the teacher has written under a key, by ordinal. */
export const writtenRows = (db: Database, key: string): Promise<SyntheticRow[]> =>
  db.select().from(syntheticRows).where(eq(syntheticRows.key, key)).orderBy(asc(syntheticRows.ordinal));

/** A row is written once; a second writer's copy is left out. */
export async function saveWritten(db: Database, rows: readonly NewSyntheticRow[]): Promise<void> {
  if (rows.length > 0)
    await db
      .insert(syntheticRows)
      .values([...rows])
      .onConflictDoNothing();
}

export interface Verdict {
  readonly ordinal: number;
  readonly span: string | null;
  readonly label: string | null;
  readonly scores: unknown;
  readonly dropped: string | null;
}

/** What the filters said of each row; repeating it changes nothing. */
export async function saveVerdicts(db: Database, key: string, verdicts: readonly Verdict[]): Promise<void> {
  for (const { ordinal, ...verdict } of verdicts) {
    await db
      .update(syntheticRows)
      .set(verdict)
      .where(and(eq(syntheticRows.key, key), eq(syntheticRows.ordinal, ordinal)));
  }
}

/** Seconds of generation that are already spent under a key. */
export async function secondsSpent(db: Database, key: string): Promise<number> {
  const [row] = await db
    .select({ seconds: sql<number>`coalesce(sum(${syntheticRows.seconds}), 0)` })
    .from(syntheticRows)
    .where(eq(syntheticRows.key, key));
  return Number(row?.seconds ?? 0);
}
