import { and, avg, desc, eq, isNotNull, isNull, min, ne, sql } from 'drizzle-orm';
import type { JobStatus } from '../../contracts/run.ts';
import type { Database } from '../database.ts';
import { jobEvents, jobRuns, jobs } from '../schema.ts';

export type JobRow = typeof jobs.$inferSelect;
export type JobEventRow = typeof jobEvents.$inferInsert;

/** Latest attempt of a recipe: the row to adopt, to wait for, or to follow with a new attempt. */
export async function latestAttempt(db: Database, recipe: string): Promise<JobRow | null> {
  const [row] = await db.select().from(jobs).where(eq(jobs.recipe, recipe)).orderBy(desc(jobs.attempt)).limit(1);
  return row ?? null;
}

export async function jobByKey(db: Database, key: string): Promise<JobRow | null> {
  const [row] = await db.select().from(jobs).where(eq(jobs.key, key));
  return row ?? null;
}

export async function jobByProviderId(db: Database, provider: string, providerJobId: string): Promise<JobRow | null> {
  const [row] = await db
    .select()
    .from(jobs)
    .where(and(eq(jobs.provider, provider), eq(jobs.providerJobId, providerJobId)));
  return row ?? null;
}

/** The base that a provider's tuned model came from; null for a name that no job of ours has made. */
export async function baseOfModel(db: Database, provider: string, model: string): Promise<string | null> {
  const [row] = await db
    .select({ base: jobs.base })
    .from(jobs)
    .where(and(eq(jobs.provider, provider), eq(jobs.model, model)))
    .limit(1);
  return row?.base ?? null;
}

/** When its first step was reported: what it waited for a free machine before is not its own time. */
export async function trainingStartedAt(db: Database, key: string): Promise<Date | null> {
  const [row] = await db
    .select({ at: min(jobEvents.at) })
    .from(jobEvents)
    .where(and(eq(jobEvents.key, key), isNotNull(jobEvents.step)));
  return row?.at ?? null;
}

/** Mean speed of the jobs that have trained this base there; null where none has reported one. */
export async function usualTokensPerSecond(db: Database, provider: string, base: string): Promise<number | null> {
  const [row] = await db
    .select({ mean: avg(jobEvents.tokensPerSecond) })
    .from(jobEvents)
    .innerJoin(jobs, eq(jobs.key, jobEvents.key))
    .where(and(eq(jobs.provider, provider), eq(jobs.base, base), isNotNull(jobEvents.tokensPerSecond)));
  return row?.mean ? Number(row.mean) : null;
}

/** Writes the intent; false when another worker wrote the same attempt first. */
export async function insertIntent(db: Database, row: typeof jobs.$inferInsert): Promise<boolean> {
  return (await db.insert(jobs).values(row).onConflictDoNothing().returning({ key: jobs.key })).length === 1;
}

export async function waitForJob(db: Database, at: { key: string; run: string; candidate: string }): Promise<void> {
  await db
    .insert(jobRuns)
    .values(at)
    .onConflictDoUpdate({ target: [jobRuns.key, jobRuns.run, jobRuns.candidate], set: { released: false } });
}

/** Gives up one run's claim; true when no other run waits for the job any more. */
export async function releaseJob(db: Database, key: string, run: string): Promise<boolean> {
  await db
    .update(jobRuns)
    .set({ released: true })
    .where(and(eq(jobRuns.key, key), eq(jobRuns.run, run)));
  const waiting = await db
    .select({ run: jobRuns.run })
    .from(jobRuns)
    .where(and(eq(jobRuns.key, key), eq(jobRuns.released, false)))
    .limit(1);
  return waiting.length === 0;
}

/**
 * Writes down that a create begins, just before it does. False when somebody else's began since `seen` was read: exactly one of two callers
 * goes on to the provider.
 */
export async function beginCreate(db: Database, key: string, seen: Date | null, now: Date): Promise<boolean> {
  const unchanged = seen ? eq(jobs.creatingAt, seen) : isNull(jobs.creatingAt);
  const claimed = await db
    .update(jobs)
    .set({ creatingAt: now })
    .where(and(eq(jobs.key, key), isNull(jobs.providerJobId), unchanged))
    .returning({ key: jobs.key });
  return claimed.length === 1;
}

/** The provider has said clearly that nothing was made. */
export async function withdrawCreate(db: Database, key: string, begun: Date): Promise<void> {
  await db
    .update(jobs)
    .set({ creatingAt: null })
    .where(and(eq(jobs.key, key), eq(jobs.creatingAt, begun)));
}

const ended: ReadonlySet<JobStatus> = new Set(['succeeded', 'failed', 'cancelled']);

/**
 * The provider's id of a key's job. That it has ended already is for whoever follows it to write, with its model and its money: until then its state
 * counts as unknown, so that a crash in between neither makes another attempt nor leaves it unsettled.
 */
export async function recordSubmitted(db: Database, key: string, providerJobId: string, found: JobStatus): Promise<void> {
  const status = ended.has(found) ? 'unknown' : found;
  await db
    .update(jobs)
    .set({ providerJobId, status, submittedAt: sql`coalesce(${jobs.submittedAt}, now())` })
    .where(eq(jobs.key, key));
}

/** A job that has succeeded never changes its status again. */
export async function recordStatus(
  db: Database,
  key: string,
  change: { status: JobStatus; model?: string | null; trainedTokens?: number | null; error?: string | null; ended?: boolean },
): Promise<void> {
  const { ended, ...values } = change;
  await db
    .update(jobs)
    .set({ ...values, ...(ended ? { endedAt: sql`coalesce(${jobs.endedAt}, now())` } : {}) })
    .where(and(eq(jobs.key, key), ne(jobs.status, 'succeeded')));
}

export async function recordWeights(db: Database, key: string, weightsRef: string | null): Promise<void> {
  await db.update(jobs).set({ weightsRef }).where(eq(jobs.key, key));
}

export async function appendEvents(db: Database, rows: JobEventRow[]): Promise<void> {
  if (rows.length > 0) await db.insert(jobEvents).values(rows).onConflictDoNothing();
}

export async function lastEventId(db: Database, key: string): Promise<string | null> {
  const [row] = await db
    .select({ id: jobEvents.eventId })
    .from(jobEvents)
    .where(eq(jobEvents.key, key))
    .orderBy(desc(jobEvents.at), desc(jobEvents.step))
    .limit(1);
  return row?.id ?? null;
}

/** The training key that a run's candidate was made under; null for one that was never submitted. */
export async function jobOfCandidate(db: Database, run: string, candidate: string): Promise<string | null> {
  const [row] = await db
    .select({ key: jobRuns.key })
    .from(jobRuns)
    .innerJoin(jobs, eq(jobs.key, jobRuns.key))
    .where(and(eq(jobRuns.run, run), eq(jobRuns.candidate, candidate)))
    .orderBy(desc(jobs.attempt))
    .limit(1);
  return row?.key ?? null;
}

/** How far a job's events tell that it has come; null where none does. */
export async function lastStep(db: Database, key: string): Promise<{ done: number; total: number } | null> {
  const [row] = await db
    .select({ done: jobEvents.step, total: jobEvents.totalSteps })
    .from(jobEvents)
    .where(and(eq(jobEvents.key, key), isNotNull(jobEvents.step)))
    .orderBy(desc(jobEvents.step))
    .limit(1);
  return row ? { done: row.done ?? 0, total: row.total ?? row.done ?? 0 } : null;
}

/** On which datasets, and for which runs, the jobs were trained that gave these weights. */
export async function trainingOfWeights(db: Database, weights: string): Promise<{ dataset: string; run: string | null }[]> {
  return db
    .select({ dataset: jobs.dataset, run: jobRuns.run })
    .from(jobs)
    .leftJoin(jobRuns, eq(jobRuns.key, jobs.key))
    .where(eq(jobs.weightsRef, weights));
}
