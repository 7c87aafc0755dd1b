/** How a run is found by its id and how it ends: the document is assembled once, then stored, and never changes. */
import { and, eq, ne } from 'drizzle-orm';
import type { ErrorBody } from '../../contracts/errors.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { Outcome, RunDocument } from '../../contracts/run.ts';
import type { Database } from '../database.ts';
import { runs } from '../schema.ts';
import { readRun } from './run-status.ts';
import type { RunRow } from './runs.ts';

export async function runById(db: Database, run: string): Promise<RunRow> {
  const [row] = await db.select().from(runs).where(eq(runs.id, run));
  if (!row) throw new TunegateError('not_found', `there is no run ${run}`, { where: run, remedy: 'see the runs with: tunegate runs' });
  return row;
}

export async function setRunState(db: Database, run: string, state: 'running' | 'waiting-for-approval' | 'paused'): Promise<void> {
  await db
    .update(runs)
    .set({ state })
    .where(and(eq(runs.id, run), ne(runs.state, 'ended')));
}

/** The idempotency key is given free: a later trigger with it opens a new run. */
export async function endRun(
  db: Database,
  run: string,
  outcome: Outcome,
  error: ErrorBody | null,
  served: { gatewayUrl: string; keyFile: string },
): Promise<RunDocument> {
  await db
    .update(runs)
    .set({ outcome, error, endedAt: new Date(), budgetQuestion: null, jobQuestion: null })
    .where(and(eq(runs.id, run), ne(runs.state, 'ended')));
  const { document } = await readRun(db, await runById(db, run), { url: served.gatewayUrl, keyFile: served.keyFile });
  await db
    .update(runs)
    .set({ document, state: 'ended', idempotencyKey: null })
    .where(and(eq(runs.id, run), ne(runs.state, 'ended')));
  return document;
}
