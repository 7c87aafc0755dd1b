import { sql } from 'drizzle-orm';
import type { Stage } from '../../contracts/names.ts';
import type { Database } from '../database.ts';
import { partProgress, stageTimes } from '../schema.ts';

export interface PartRow {
  readonly run: string;
  readonly stage: Stage;
  readonly part: string;
  readonly unit: string;
  readonly done: number;
  readonly total: number;
  readonly detail: string | null;
}

export async function writePartProgress(db: Database, row: PartRow): Promise<void> {
  const { done, total, detail } = row;
  await db
    .insert(partProgress)
    .values(row)
    .onConflictDoUpdate({ target: [partProgress.run, partProgress.stage, partProgress.part], set: { done, total, detail, updatedAt: sql`now()` } });
}

export async function markStageStarted(db: Database, run: string, stage: Stage): Promise<void> {
  await db.insert(stageTimes).values({ run, stage, status: 'running', startedAt: new Date() }).onConflictDoNothing();
}

export async function markStageEnded(db: Database, run: string, stage: Stage, status: 'done' | 'skipped' | 'failed'): Promise<void> {
  await db
    .insert(stageTimes)
    .values({ run, stage, status, startedAt: new Date(), endedAt: new Date() })
    .onConflictDoUpdate({
      target: [stageTimes.run, stageTimes.stage],
      set: { status, endedAt: new Date() },
      setWhere: sql`${stageTimes.endedAt} is null`,
    });
}
