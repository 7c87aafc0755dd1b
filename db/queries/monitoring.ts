import { and, asc, desc, eq, ne, sql } from 'drizzle-orm';
import type { MonitoringCheck } from '../../contracts/monitoring.ts';
import type { Database } from '../database.ts';
import { captures, monitoringChecks, runs } from '../schema.ts';

export async function saveCapture(db: Database, row: typeof captures.$inferInsert): Promise<void> {
  await db.insert(captures).values(row);
}

export type CaptureRow = typeof captures.$inferSelect;

/** The newest captured requests of one version of an endpoint, oldest first. */
export async function capturesOf(db: Database, at: { endpoint: string; artifact: string; limit: number }): Promise<CaptureRow[]> {
  const rows = await db
    .select()
    .from(captures)
    .where(and(eq(captures.endpoint, at.endpoint), eq(captures.artifact, at.artifact)))
    .orderBy(desc(captures.id))
    .limit(at.limit);
  return rows.reverse();
}

/** Every captured request of an endpoint, whichever version answered, oldest first. */
export const capturesOfEndpoint = (db: Database, endpoint: string): Promise<CaptureRow[]> =>
  db.select().from(captures).where(eq(captures.endpoint, endpoint)).orderBy(asc(captures.id));

/** Writing a check again adds what was not known before: the run that it started. */
export async function saveCheck(db: Database, id: string, document: MonitoringCheck): Promise<void> {
  await db
    .insert(monitoringChecks)
    .values({ id, endpoint: document.endpoint, document })
    .onConflictDoUpdate({ target: monitoringChecks.id, set: { document } });
}

/** Newest first. */
export async function listChecks(db: Database, endpoint: string, limit: number): Promise<MonitoringCheck[]> {
  const rows = await db
    .select({ document: monitoringChecks.document })
    .from(monitoringChecks)
    .where(eq(monitoringChecks.endpoint, endpoint))
    .orderBy(desc(monitoringChecks.at))
    .limit(limit);
  return rows.map((row) => row.document as MonitoringCheck);
}

/** When the last run of a pipeline began, and whether one is under way. */
export async function lastRunOf(db: Database, name: string): Promise<{ beganAt: Date | null; isRunning: boolean }> {
  const [last] = await db
    .select({ at: sql<string | null>`max(${runs.createdAt})` })
    .from(runs)
    .where(eq(runs.name, name));
  const open = await db
    .select({ id: runs.id })
    .from(runs)
    .where(and(eq(runs.name, name), ne(runs.state, 'ended')))
    .limit(1);
  return { beganAt: last?.at ? new Date(last.at) : null, isRunning: open.length > 0 };
}
