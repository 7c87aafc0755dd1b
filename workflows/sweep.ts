/** Trials: settings of a candidate that only validation rows see. The best of them becomes the candidate. */
import { CancellationScope, CancelledFailure, executeChild, isCancellation } from '@temporalio/workflow';
import type { BudgetQuestion } from '../contracts/budget.ts';
import { ids } from '../contracts/names.ts';
import type { Arm, FrozenDataset, LearningPoint, SweepPlan, SweepResult, TrialResult, TunedPlan } from '../contracts/plan.ts';
import { answer } from './answer.ts';
import { adoptTrial, reviewTrials } from './proxies.ts';
import type { RunState } from './run-state.ts';
import { trainCandidate } from './train-candidate.ts';
import { questionIn } from './question-in.ts';

export interface Swept {
  readonly arm: Arm;
  readonly hyperparameters: TrialResult['hyperparameters'];
  readonly result: SweepResult;
}

/**
 * Successive halving: every setting for a few epochs, the best third of them for three times as many, until one is left. Ends early when time or money
 * is spent; then the best trial of the longest rung that has one becomes the candidate. A trial that fails drops out.
 */
export async function sweep(run: RunState, plan: SweepPlan, dataset: FrozenDataset): Promise<Swept> {
  const deadline = plan.maximumMs === null ? null : Date.now() + plan.maximumMs;
  const trials: TrialResult[] = [];
  let standing = plan.settings.map((_, setting) => setting);
  let best: TrialResult | null = null;
  let stoppedBy: SweepResult['stoppedBy'] = null;
  for (const [rung, { epochs, keep }] of plan.rungs.entries()) {
    const asked = standing.map((setting) => trialOf(plan, setting, rung, epochs[setting] ?? 1));
    const left = deadline === null ? null : Math.max(1, deadline - Date.now());
    const tried = await inTime(left, () => Promise.all(asked.map((trial) => attempt(run, trial, dataset))));
    if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('the run was cancelled');
    const review = await reviewTrials({ run: run.run, dataset, trials: tried.map(({ result }) => result), keep });
    trials.push(...review.trials);
    standing = [...review.standing];
    best = review.trials.find((t) => t.setting === review.standing[0]) ?? best;
    if (best === null) throw tried.find(({ error }) => error !== null)?.error ?? new Error(`no trial of ${plan.candidate.name} came to an end`);
    if (tried.some(({ result }) => result.stoppedBy === 'budget')) stoppedBy = 'budget';
    else if (deadline !== null && Date.now() >= deadline) stoppedBy = 'time';
    else if (plan.maximumMicroUsd !== null && review.spentMicroUsd >= plan.maximumMicroUsd) stoppedBy = 'budget';
    if (stoppedBy !== null || standing.length === 0) break;
  }
  const winner = best as TrialResult & { readonly arm: Arm };
  const arm = await adoptTrial({ run: run.run, candidate: plan.candidate, trial: winner.arm });
  return { arm, hyperparameters: winner.hyperparameters, result: { of: plan.candidate.name, trials, winner: winner.name, stoppedBy } };
}

/** The candidate again on shares of the training rows, with the settings that it ended with. */
export async function learningCurve(
  run: RunState,
  shares: readonly number[],
  of: { readonly candidate: TunedPlan; readonly hyperparameters: Readonly<Record<string, number>> },
  dataset: FrozenDataset,
): Promise<LearningPoint[]> {
  return Promise.all(
    shares.map(async (share) => {
      const name = `${of.candidate.name}-rows-${Math.round(share * 100)}`;
      const trial = { ...of.candidate, name, trial: { of: of.candidate.name, hyperparameters: of.hyperparameters, share } };
      return run.purse.within(async () => {
        const arm = await train(run, trial, dataset);
        await answer(run, arm, dataset, 'validation', 'training');
        return { share, arm: arm.name, artifact: arm.artifact };
      });
    }),
  );
}

interface Attempt {
  readonly result: TrialResult;
  readonly error: unknown;
}

const trialOf = (plan: SweepPlan, setting: number, rung: number, epochs: number): { plan: TunedPlan; result: TrialResult } => {
  const hyperparameters = { ...plan.settings[setting], epochs };
  const name = `${plan.candidate.name}-trial-${setting + 1}${plan.rungs.length > 1 ? `-rung-${rung + 1}` : ''}`;
  return {
    plan: { ...plan.candidate, name, trial: { of: plan.candidate.name, hyperparameters } },
    result: { name, setting, rung, hyperparameters, arm: null, value: null, stoppedBy: null },
  };
};

/** A trial has no claim on people: where money is short it is not run, instead of being asked about. */
async function attempt(run: RunState, { plan, result }: ReturnType<typeof trialOf>, dataset: FrozenDataset): Promise<Attempt> {
  try {
    const arm = await train(run, plan, dataset);
    await answer(run, arm, dataset, 'validation', 'training');
    return { result: { ...result, arm }, error: null };
  } catch (error) {
    return {
      result: { ...result, stoppedBy: isCancellation(error) ? 'time' : questionIn<BudgetQuestion>(error, 'budget_exceeded') ? 'budget' : 'failure' },
      error,
    };
  }
}

function train(run: RunState, plan: TunedPlan, dataset: FrozenDataset): Promise<Arm> {
  const submit = () =>
    executeChild(trainCandidate, { workflowId: ids.candidate(run.run, plan.name), args: [{ run: run.run, candidate: plan, dataset }] });
  return run.jobs.settled(submit, run.purse.timeoutMs);
}

const inTime = <T>(ms: number | null, work: () => Promise<T>): Promise<T> => (ms === null ? work() : CancellationScope.withTimeout(ms, work));
