/** What a run waits with, for the outside to see. Both questions may be open at once; the state names the first. */
import { and, eq, ne, sql } from 'drizzle-orm';
import type { BudgetQuestion } from '../../contracts/budget.ts';
import type { JobQuestion } from '../../contracts/job-question.ts';
import type { Database } from '../database.ts';
import { runs } from '../schema.ts';

export interface Questions {
  readonly budgetQuestion?: BudgetQuestion | null;
  readonly jobQuestion?: JobQuestion | null;
}

/** Shows or withdraws questions; one that is not named stays as it is. */
export function setQuestions(db: Database, run: string, questions: Questions): Promise<void> {
  const open = and(eq(runs.id, run), ne(runs.state, 'ended'));
  return db.transaction(async (tx) => {
    await tx.update(runs).set(questions).where(open);
    await tx
      .update(runs)
      .set({
        state: sql`case when ${runs.budgetQuestion} is not null then 'waiting-for-budget' when ${runs.jobQuestion} is not null then 'waiting-for-answer' else 'running' end`,
      })
      .where(open);
  });
}
