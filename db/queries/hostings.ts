/** Deployments of tuned models that cost while they stand: begun once however many runs need them, taken down when nobody does. */
import { and, eq, inArray, isNotNull, isNull, notExists, sql } from 'drizzle-orm';
import type { HostingBilling } from '../../contracts/catalogue.ts';
import type { Database } from '../database.ts';
import { hostingRuns, hostings, runs } from '../schema.ts';

export interface Hosting {
  readonly id: number;
  readonly provider: string;
  readonly model: string;
  readonly served: string | null;
  readonly billing: HostingBilling | null;
  /** Pays for it. */
  readonly run: string;
  readonly startedAt: Date;
  readonly endingAt: Date | null;
}

const toHosting = (row: typeof hostings.$inferSelect): Hosting => ({ ...row, billing: row.billing as HostingBilling | null });
const standing = isNull(hostings.endedAt);

/** The model's hosting with this run among those that need it, begun now where there is none; null while the one before is being taken down. */
export function joinHosting(
  db: Database,
  at: { provider: string; model: string; run: string; billing: HostingBilling | null },
  now: Date,
): Promise<Hosting | null> {
  return db.transaction(async (tx) => {
    await tx
      .insert(hostings)
      .values({ ...at, startedAt: now })
      .onConflictDoNothing();
    const [row] = await tx
      .select()
      .from(hostings)
      .where(and(eq(hostings.provider, at.provider), eq(hostings.model, at.model), standing))
      .for('update');
    if (!row || row.endingAt) return null;
    await tx
      .insert(hostingRuns)
      .values({ hosting: row.id, run: at.run })
      .onConflictDoUpdate({ target: [hostingRuns.hosting, hostingRuns.run], set: { released: false } });
    return toHosting(row);
  });
}

/** Nothing was deployed: its money was refused. */
export async function abandonHosting(db: Database, id: number): Promise<void> {
  await db.delete(hostings).where(and(eq(hostings.id, id), isNull(hostings.served)));
}

export async function hostingAnswers(db: Database, id: number, served: string): Promise<void> {
  await db.update(hostings).set({ served }).where(eq(hostings.id, id));
}

/** This run needs none of a provider's deployments any more. */
export async function leaveHostings(db: Database, run: string, provider: string): Promise<void> {
  const ofProvider = db.select({ id: hostings.id }).from(hostings).where(eq(hostings.provider, provider));
  await db
    .update(hostingRuns)
    .set({ released: true })
    .where(and(eq(hostingRuns.run, run), inArray(hostingRuns.hosting, ofProvider)));
}

export async function standingHostings(db: Database, provider?: string): Promise<Hosting[]> {
  const rows = await db
    .select()
    .from(hostings)
    .where(and(standing, provider === undefined ? undefined : eq(hostings.provider, provider)))
    .orderBy(hostings.id);
  return rows.map(toHosting);
}

/** Marks one as being taken down, unless an open run needs it. From then on nobody joins it; a crash in between is found by the mark. */
export async function beginTakedown(db: Database, id: number, now: Date): Promise<boolean> {
  const needed = db
    .select({ run: hostingRuns.run })
    .from(hostingRuns)
    .innerJoin(runs, eq(runs.id, hostingRuns.run))
    .where(and(eq(hostingRuns.hosting, id), eq(hostingRuns.released, false), sql`${runs.state} <> 'ended'`));
  const marked = await db
    .update(hostings)
    .set({ endingAt: sql`coalesce(${hostings.endingAt}, ${now.toISOString()}::timestamptz)` })
    .where(and(eq(hostings.id, id), standing, sql`(${isNotNull(hostings.endingAt)} or ${notExists(needed)})`))
    .returning({ id: hostings.id });
  return marked.length === 1;
}

export async function endHosting(db: Database, id: number, now: Date): Promise<void> {
  await db.update(hostings).set({ endedAt: now }).where(eq(hostings.id, id));
}
