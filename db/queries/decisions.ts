import { and, count, eq, isNotNull, ne } from 'drizzle-orm';
import type { GateDocument } from '../../contracts/run.ts';
import type { Database } from '../database.ts';
import { alphaLedger, approvals, decisions } from '../schema.ts';

export async function saveDecision(db: Database, row: typeof decisions.$inferInsert & { document: GateDocument | null }): Promise<void> {
  const { run: _, ...values } = row;
  await db.insert(decisions).values(row).onConflictDoUpdate({ target: decisions.run, set: values });
}

/** The look that a comparison has had, or would have: the same evidence never spends twice. */
export async function lookOf(
  db: Database,
  at: { endpoint: string; testHash: string; comparison: string },
): Promise<{ look: number; isSpent: boolean }> {
  const here = and(eq(alphaLedger.endpoint, at.endpoint), eq(alphaLedger.testHash, at.testHash));
  const [known] = await db
    .select({ look: alphaLedger.look })
    .from(alphaLedger)
    .where(and(here, eq(alphaLedger.comparison, at.comparison)));
  if (known) return { look: known.look, isSpent: true };
  const [row] = await db.select({ looks: count() }).from(alphaLedger).where(here);
  return { look: (row?.looks ?? 0) + 1, isSpent: false };
}

/** Metrics that other runs on this (endpoint, test set) were gated by. */
export async function metricsBefore(db: Database, at: { endpoint: string; testHash: string; run: string }): Promise<string[]> {
  const rows = await db
    .selectDistinct({ metric: alphaLedger.metric })
    .from(alphaLedger)
    .where(
      and(eq(alphaLedger.endpoint, at.endpoint), eq(alphaLedger.testHash, at.testHash), ne(alphaLedger.run, at.run), isNotNull(alphaLedger.metric)),
    );
  return rows.flatMap(({ metric }) => metric ?? []);
}

/** False when another run has taken this look meanwhile: look again. */
export async function spendAlpha(db: Database, row: typeof alphaLedger.$inferInsert): Promise<boolean> {
  const inserted = await db.insert(alphaLedger).values(row).onConflictDoNothing().returning({ look: alphaLedger.look });
  return inserted.length === 1;
}

/** A message that is delivered twice is recorded once. */
export async function saveApproval(db: Database, row: typeof approvals.$inferInsert): Promise<void> {
  await db.insert(approvals).values(row).onConflictDoNothing();
}
