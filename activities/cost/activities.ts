/** Budgets: extended by people, and asked for by the run. */
import type { BudgetQuestion } from '../../contracts/budget.ts';
import type { ExtendBudgetMessage } from '../../contracts/messages.ts';
import { audit } from '../../db/queries/audit.ts';
import { extendBudget, setBudgetQuestion } from '../../db/queries/budgets.ts';
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
      await setBudgetQuestion(deps.db, run, question);
      await audit(deps.db, { actor: 'tunegate', action: question ? 'budget asked' : 'budget answered', subject: run, detail: { question } });
    },
  });

export type CostActivities = ReturnType<typeof createCostActivities>;
