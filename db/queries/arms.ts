import { and, eq, sql } from 'drizzle-orm';
import type { Arm } from '../../contracts/plan.ts';
import type { Database } from '../database.ts';
import { evaluations, runArms } from '../schema.ts';

export async function saveArm(db: Database, run: string, arm: Arm, detail: { model: string; jobKey: string | null }): Promise<void> {
  const { name, kind, artifact } = arm;
  const position = sql<number>`(select count(*) from ${runArms} where ${runArms.run} = ${run})`;
  await db
    .insert(runArms)
    .values({ run, name, kind, artifact, position, ...detail })
    .onConflictDoUpdate({ target: [runArms.run, runArms.name], set: { artifact, ...detail } });
}

export type EvaluationRow = typeof evaluations.$inferSelect;

export async function findEvaluation(db: Database, artifact: string, rowsHash: string): Promise<EvaluationRow | null> {
  const [row] = await db
    .select()
    .from(evaluations)
    .where(and(eq(evaluations.artifact, artifact), eq(evaluations.rowsHash, rowsHash)));
  return row ?? null;
}

export async function saveEvaluation(db: Database, row: typeof evaluations.$inferInsert): Promise<void> {
  await db.insert(evaluations).values(row).onConflictDoNothing();
}
