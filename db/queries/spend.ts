/**
 * The ledger of spend: reserved before a step is paid for, settled after. A purpose is what is paid for once, such as a training key.
 * Repeating any call here changes nothing, so that a retried activity neither reserves nor settles twice.
 */
import { and, asc, desc, eq, gte, inArray, isNull, lt, max, sql, type SQL } from 'drizzle-orm';
import type { SpendLimit } from '../../contracts/budget.ts';
import type { Database } from '../database.ts';
import { runs, spend, spendDays } from '../schema.ts';

export type SpendKind = 'training' | 'evaluation' | 'synthesis' | 'hosting';
export type SpendRow = typeof spend.$inferSelect;

export interface Purchase {
  readonly run: string;
  readonly purpose: string;
  readonly kind: SpendKind;
  readonly label: string;
  readonly provider: string;
  /** The most that it is expected to cost. */
  readonly microUsd: number;
  /** Where the service gives the same answers again for nothing, what any run has paid for is not paid for again. */
  readonly isSharedOnceSettled: boolean;
  /** Kept for whoever settles. */
  readonly basis?: unknown;
}
/** Micro-dollars per UTC day; null: no ceiling. */
export interface DayCeilings {
  readonly day: number | null;
  readonly pipelineDay: number | null;
}

/** `reserved`: go on and settle. `paid`: somebody has reserved or paid it already. `refused`: nothing was written. */
export type Reservation =
  | { readonly status: 'reserved' }
  | { readonly status: 'paid' }
  | { readonly status: 'refused'; readonly limit: SpendLimit; readonly limitMicroUsd: number; readonly takenMicroUsd: number };

/** What a run has taken for steps of these labels: settled, else reserved. */
export async function takenFor(db: Database, run: string, labels: readonly string[]): Promise<number> {
  if (labels.length === 0) return 0;
  const [row] = await db
    .select({ total: taken })
    .from(spend)
    .where(and(eq(spend.run, run), inArray(spend.label, [...labels])));
  return Number(row?.total ?? 0);
}

type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
const taken = sql<string>`coalesce(sum(coalesce(${spend.settledMicroUsd}, ${spend.reservedMicroUsd})), 0)`;

/**
 * Takes the amount from the run's budget and the day's ceilings, or says which of them it would pass. One transaction: the rows of the day and of the
 * run are locked in that order, so that of two reservations that come at once the second sees the first.
 */
export function reserve(db: Database, purchase: Purchase, ceilings: DayCeilings, now: Date): Promise<Reservation> {
  return db.transaction(async (tx) => {
    const day = dayOf(now);
    await tx.insert(spendDays).values({ day }).onConflictDoUpdate({ target: spendDays.day, set: { day } });
    const [run] = await tx.select({ name: runs.name, budget: runs.budgetMicroUsd }).from(runs).where(eq(runs.id, purchase.run)).for('update');
    if (!run) throw new RangeError(`there is no run ${purchase.run}`);

    const latest = await latestAttempt(tx, purchase.purpose);
    if (latest && isCovered(latest, purchase))
      return { status: latest.row.run === purchase.run && latest.row.settledMicroUsd === null ? 'reserved' : 'paid' };

    const refusal = await firstLimitPassed(tx, purchase, { run, ceilings, now });
    if (refusal) return refusal;
    const { purpose, kind, label, provider, microUsd, basis } = purchase;
    const attempt = (latest?.row.attempt ?? 0) + 1;
    await tx.insert(spend).values({ run: purchase.run, purpose, attempt, kind, label, provider, basis, reservedMicroUsd: microUsd, at: now });
    return { status: 'reserved' };
  });
}

interface Attempt {
  readonly row: SpendRow;
  readonly isRunOpen: boolean;
}

async function latestAttempt(tx: Transaction, purpose: string): Promise<Attempt | null> {
  const [found] = await tx
    .select({ row: spend, state: runs.state })
    .from(spend)
    .leftJoin(runs, eq(runs.id, spend.run))
    .where(eq(spend.purpose, purpose))
    .orderBy(desc(spend.attempt))
    .limit(1);
  return found ? { row: found.row, isRunOpen: found.state !== null && found.state !== 'ended' } : null;
}

/** A run that has ended without settling may have paid for a part: its line stands, and whoever starts again pays for a new attempt. */
function isCovered({ row, isRunOpen }: Attempt, purchase: Purchase): boolean {
  if (row.run === purchase.run) return true;
  return row.settledMicroUsd === null ? isRunOpen : purchase.isSharedOnceSettled;
}

async function firstLimitPassed(
  tx: Transaction,
  purchase: Purchase,
  at: { run: { name: string; budget: number | null }; ceilings: DayCeilings; now: Date },
): Promise<Extract<Reservation, { status: 'refused' }> | null> {
  const start = new Date(`${dayOf(at.now)}T00:00:00Z`);
  const today = and(gte(spend.at, start), lt(spend.at, new Date(start.getTime() + 86_400_000)));
  const ofPipeline = sql`${spend.run} in (select ${runs.id} from ${runs} where ${runs.name} = ${at.run.name})`;
  const limits: [SpendLimit, number | null, SQL | undefined][] = [
    ['budget', at.run.budget, eq(spend.run, purchase.run)],
    ['pipeline-day', at.ceilings.pipelineDay, and(today, ofPipeline)],
    ['day', at.ceilings.day, today],
  ];
  for (const [limit, limitMicroUsd, where] of limits) {
    if (limitMicroUsd === null) continue;
    const [sum] = await tx.select({ taken }).from(spend).where(where);
    const takenMicroUsd = Number(sum?.taken ?? 0);
    if (takenMicroUsd + purchase.microUsd > limitMicroUsd) return { status: 'refused', limit, limitMicroUsd, takenMicroUsd };
  }
  return null;
}

/** The latest attempt while it is open. Earlier ones that an ended run left open stand as they are: nobody knows how much of them was paid. */
const openAttempt = (db: Database, purpose: string) =>
  and(
    eq(
      spend.id,
      db
        .select({ id: max(spend.id) })
        .from(spend)
        .where(eq(spend.purpose, purpose)),
    ),
    isNull(spend.settledMicroUsd),
  );

/** Writes what a purpose has really cost, once: the first call stands. */
export async function settle(db: Database, purpose: string, microUsd: number): Promise<void> {
  await db.update(spend).set({ settledMicroUsd: microUsd, settledAt: new Date() }).where(openAttempt(db, purpose));
}

export type SpendLine = Pick<Purchase, 'run' | 'purpose' | 'kind' | 'label' | 'provider'>;

/** What has run up under a purpose so far. An open line never shrinks below its reservation; a final amount settles it, once. */
export async function accrue(db: Database, line: SpendLine, amount: { microUsd: number; isFinal: boolean; at: Date }): Promise<void> {
  const { microUsd, isFinal, at } = amount;
  const settled = isFinal ? { settledMicroUsd: microUsd, settledAt: new Date() } : {};
  await db
    .insert(spend)
    .values({ ...line, reservedMicroUsd: microUsd, at, ...settled })
    .onConflictDoUpdate({
      target: [spend.purpose, spend.attempt],
      set: { reservedMicroUsd: sql`greatest(${spend.reservedMicroUsd}, ${microUsd}::bigint)`, ...settled },
      setWhere: isNull(spend.settledMicroUsd),
    });
}

/** Gives a reservation back: the step was refused before anything was paid for. */
export async function release(db: Database, purpose: string): Promise<void> {
  await db.delete(spend).where(openAttempt(db, purpose));
}

export async function openSpend(db: Database, purpose: string): Promise<SpendRow | null> {
  const [row] = await db.select().from(spend).where(openAttempt(db, purpose));
  return row ?? null;
}

/** Settled, and reserved where not settled yet. */
export async function spentByRun(db: Database, run: string): Promise<number> {
  const [sum] = await db.select({ taken }).from(spend).where(eq(spend.run, run));
  return Number(sum?.taken ?? 0);
}

/** What all attempts at a purpose have been settled at. */
export async function settledMicroUsd(db: Database, purpose: string): Promise<number> {
  const [sum] = await db
    .select({ sum: sql<string>`coalesce(sum(${spend.settledMicroUsd}), 0)` })
    .from(spend)
    .where(eq(spend.purpose, purpose));
  return Number(sum?.sum ?? 0);
}

export const spendOfPurpose = (db: Database, purpose: string): Promise<SpendRow[]> =>
  db.select().from(spend).where(eq(spend.purpose, purpose)).orderBy(asc(spend.attempt));
