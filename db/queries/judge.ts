/** Grades of judges and of people. */
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { judgeLabels, runArms } from '../schema.ts';

/** Says under what the grades of a run's arm are kept. */
export async function saveJudgement(db: Database, at: { run: string; artifact: string }, judgement: string): Promise<void> {
  await db
    .update(runArms)
    .set({ judgement })
    .where(and(eq(runArms.run, at.run), eq(runArms.artifact, at.artifact)));
}

export async function judgedArms(db: Database, run: string): Promise<{ name: string; artifact: string; judgement: string }[]> {
  const rows = await db.select().from(runArms).where(eq(runArms.run, run)).orderBy(runArms.position);
  return rows.flatMap(({ name, artifact, judgement }) => (judgement === null ? [] : [{ name, artifact, judgement }]));
}

export type JudgeLabelRow = typeof judgeLabels.$inferSelect;

export async function labelsOf(db: Database, judgements: readonly string[]): Promise<JudgeLabelRow[]> {
  if (judgements.length === 0) return [];
  return db
    .select()
    .from(judgeLabels)
    .where(inArray(judgeLabels.judgement, [...judgements]));
}

/** A person who labels an answer again has changed their mind. */
export async function saveLabel(db: Database, label: typeof judgeLabels.$inferInsert): Promise<void> {
  await db
    .insert(judgeLabels)
    .values(label)
    .onConflictDoUpdate({ target: [judgeLabels.judgement, judgeLabels.row, judgeLabels.by], set: { grade: label.grade, at: new Date() } });
}
