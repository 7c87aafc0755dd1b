/** Questions about money and about jobs that may have been paid for: asked by the run, answered by people. */
import type { BudgetQuestion } from '../../contracts/budget.ts';
import type { JobQuestion } from '../../contracts/job-question.ts';
import type { ExtendBudgetMessage } from '../../contracts/messages.ts';
import { audit } from '../../db/queries/audit.ts';
import { extendBudget } from '../../db/queries/budgets.ts';
import { setQuestions } from '../../db/queries/questions.ts';
import type { ActivityDeps } from '../deps.ts';
import { withMappedErrors } from '../errors.ts';

export const createCostActivities = (deps: ActivityDeps) =>
  withMappedErrors({
    /** The same message adds once. */
    async extendBudget({ run, message }: { run: string; message: ExtendBudgetMessage }): Promise<void> {
      const { by, addMicroUsd, messageId } = message;
      if (await extendBudget(deps.db, { run, messageId, by, addMicroUsd }))
        await audit(deps.db, { actor: by, action: 'budget extended', subject: run, detail: { addMicroUsd, messageId } });
    },

    /** Tells the outside that a run waits for money, or waits no more. */
    async askForBudget({ run, question }: { run: string; question: BudgetQuestion | null }): Promise<void> {
      await setQuestions(deps.db, run, { budgetQuestion: question });
      await audit(deps.db, { actor: 'tunegate', action: question ? 'budget asked' : 'budget answered', subject: run, detail: { question } });
    },

    /** Tells the outside that a person must look for a job, or need look no more. */
    async askAboutJob({ run, question }: { run: string; question: JobQuestion | null }): Promise<void> {
      await setQuestions(deps.db, run, { jobQuestion: question });
      await audit(deps.db, { actor: 'tunegate', action: question ? 'job asked' : 'job answered', subject: run, detail: { question } });
    },
  });

export type CostActivities = ReturnType<typeof createCostActivities>;
