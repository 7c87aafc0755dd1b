/** A step that would pass a limit on money is not failed: the run asks, waits for an extension or for the next day, and tries the step again. */
import { ActivityFailure, ApplicationFailure, condition, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { BudgetQuestion } from '../contracts/budget.ts';
import type { ExtendBudgetMessage } from '../contracts/messages.ts';
import { messages } from '../contracts/names.ts';
import { nulFault } from '../domain/approval/nul-fault.ts';
import { askForBudget, extendBudget } from './proxies.ts';
import { questionIn } from './question-in.ts';

const extendUpdate = defineUpdate<void, [ExtendBudgetMessage]>(messages.extendBudget);
const extendSignal = defineSignal<[ExtendBudgetMessage]>(messages.extendBudget);

/** Where `plan.budgetTimeoutMs` is absent. */
const defaultTimeoutMs = 72 * 3_600_000;

export interface Purse {
  /** Runs a step, and runs it again after each extension while it needs more than is left. */
  within<T>(step: () => Promise<T>): Promise<T>;
  /** What is asked now: the first of the steps that wait. */
  readonly question: () => BudgetQuestion | null;
  timeoutMs: number;
}

/** Takes extensions from the start of a run, so that one that comes early counts too. */
export function openPurse(run: string): Purse {
  const waiting: BudgetQuestion[] = [];
  let extensions = 0;

  const extend = async (message: ExtendBudgetMessage) => {
    // The person who sent it reads why it was refused, not which activity refused it.
    await extendBudget({ run, message }).catch((error: unknown) => {
      throw error instanceof ActivityFailure && error.cause ? error.cause : error;
    });
    extensions += 1;
  };
  setHandler(extendUpdate, extend, {
    validator: (message) => {
      const fault = malformed(message);
      if (fault) throw ApplicationFailure.nonRetryable(fault, 'bad_message');
    },
  });
  setHandler(extendSignal, async (message) => {
    // A signal has nobody to answer to: what cannot be taken is recorded by the activity and else ignored.
    if (!malformed(message)) await extend(message).catch(() => undefined);
  });

  const wait = async (question: BudgetQuestion, seen: number, timeoutMs: number): Promise<boolean> => {
    waiting.push(question);
    await askForBudget({ run, question: waiting[0] ?? question });
    try {
      const untilRetryMs = question.retryAt === null ? null : Math.max(1_000, Date.parse(question.retryAt) - Date.now());
      const isExtended = await condition(() => extensions > seen, untilRetryMs ?? timeoutMs);
      return isExtended || untilRetryMs !== null;
    } finally {
      waiting.splice(waiting.indexOf(question), 1);
    }
  };

  const purse: Purse = {
    timeoutMs: defaultTimeoutMs,
    question: () => waiting[0] ?? null,
    within: async (step) => {
      for (;;) {
        const seen = extensions;
        try {
          return await step();
        } catch (error) {
          const question = questionIn<BudgetQuestion>(error, 'budget_exceeded');
          if (!question || !(await wait(question, seen, purse.timeoutMs))) throw error;
          await askForBudget({ run, question: waiting[0] ?? null });
        }
      }
    },
  };
  return purse;
}

function malformed(message: ExtendBudgetMessage | undefined): string | null {
  if (typeof message !== 'object' || message === null) return 'the message must be an object';
  if (!(Number.isSafeInteger(message.addMicroUsd) && message.addMicroUsd > 0)) return 'an extension adds a whole number of micro-dollars above zero';
  if (typeof message.by !== 'string' || message.by.trim() === '') return 'an extension names a person';
  if (typeof message.messageId !== 'string' || message.messageId === '') return 'an extension has a message id';
  return nulFault(message);
}
