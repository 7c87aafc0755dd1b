/** A run's budget, extended by people, and what the run was expected to cost. */
import { and, eq, sql } from 'drizzle-orm';
import type { EstimateDocument } from '../../contracts/estimate.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { Database } from '../database.ts';
import { budgetExtensions, runEstimates, runs } from '../schema.ts';

/** Adds to the budget; the same message adds once. False where the message was known already. */
export function extendBudget(db: Database, extension: { run: string; messageId: string; by: string; addMicroUsd: number }): Promise<boolean> {
  return db.transaction(async (tx) => {
    const inserted = await tx.insert(budgetExtensions).values(extension).onConflictDoNothing().returning({ run: budgetExtensions.run });
    if (inserted.length === 0) return false;
    const changed = await tx
      .update(runs)
      .set({ budgetMicroUsd: sql`${runs.budgetMicroUsd} + ${extension.addMicroUsd}` })
      .where(and(eq(runs.id, extension.run), sql`${runs.budgetMicroUsd} is not null`))
      .returning({ id: runs.id });
    if (changed.length === 0) {
      throw new TunegateError('conflict', `run ${extension.run} has no budget, so there is nothing to extend`, {
        where: extension.run,
        remedy: 'a budget is set in the pipeline file: budget: { usd: 20 }',
      });
    }
    return true;
  });
}

export async function saveEstimate(db: Database, run: string, document: EstimateDocument): Promise<void> {
  await db.insert(runEstimates).values({ run, document }).onConflictDoUpdate({ target: runEstimates.run, set: { document } });
}

export async function estimateOfRun(db: Database, run: string): Promise<EstimateDocument | null> {
  const [row] = await db.select().from(runEstimates).where(eq(runEstimates.run, run));
  return (row?.document as EstimateDocument | undefined) ?? null;
}
