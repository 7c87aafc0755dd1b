/** How arms come to be and to answer. */
import { executeChild } from '@temporalio/workflow';
import type { EvaluatedSplit } from '../activities/evaluation/activities.ts';
import type { ComparePairsInput } from '../activities/evaluation/judge-activities.ts';
import { ids } from '../contracts/names.ts';
import type { Arm, FrozenDataset, PipelinePlan, Trials, TunedPlan, UntunedPlan } from '../contracts/plan.ts';
import { answer } from './answer.ts';
import { describeUntunedArm, judging } from './proxies.ts';
import type { RunState } from './run-state.ts';
import { attributesOf } from './search-attributes.ts';
import { learningCurve, sweep } from './sweep.ts';
import { trainCandidate } from './train-candidate.ts';

/** Untuned arms one after the other, each with its answers to the validation rows. */
export async function askBaselines(run: RunState, plans: readonly UntunedPlan[], dataset: FrozenDataset): Promise<Arm[]> {
  const arms: Arm[] = [];
  for (const untuned of plans) {
    const isFitted = untuned.kind === 'classical' || untuned.kind === 'embedding';
    const arm = isFitted ? await train(run, untuned, dataset) : await describeUntunedArm({ run: run.run, dataset, untuned });
    await run.purse.within(() => answer(run, arm, dataset, 'validation', 'baselines'));
    arms.push(arm);
  }
  return arms;
}

/** Candidates side by side: each provider queues what it cannot run at once. A sweep ends with one more of them. */
export async function trainCandidates(run: RunState, plan: PipelinePlan, dataset: FrozenDataset): Promise<{ tuned: Arm[]; trials: Trials | null }> {
  const [swept, ...trained] = await Promise.all([
    plan.sweep ? sweep(run, plan.sweep, dataset) : null,
    ...plan.tuned.map((candidate) => train(run, candidate, dataset)),
  ]);
  const tuned = [...(swept ? [swept.arm] : []), ...trained];
  const candidate = plan.sweep?.candidate ?? plan.tuned[0];
  if (!swept && !(plan.learningCurve && candidate)) return { tuned, trials: null };
  const of = { candidate: candidate as TunedPlan, hyperparameters: swept?.hyperparameters ?? {} };
  const learning = plan.learningCurve ? await learningCurve(run, plan.learningCurve, of, dataset) : [];
  return { tuned, trials: { sweep: swept?.result ?? null, learning } };
}

/** Tuned arms answer the validation rows, then all arms the test rows, champion and challengers also the fresh ones; arms of one provider take turns. */
export async function evaluateOnTest(run: RunState, arms: readonly Arm[], dataset: FrozenDataset): Promise<void> {
  const providers = [...new Set(arms.map((arm) => arm.provider))];
  await Promise.all(
    providers.map(async (provider) => {
      for (const arm of arms.filter((a) => a.provider === provider)) {
        for (const split of splitsOf(arm, dataset)) await run.purse.within(() => answer(run, arm, dataset, split, 'evaluation'));
      }
    }),
  );
}

/** The judge prefers one of two answers, of the candidate and of each arm that it must beat. */
export const comparePairs = (run: RunState, arms: Omit<ComparePairsInput, 'run'>): Promise<void> =>
  run.purse.within(() => judging(run.judgeProvider ?? 'local').comparePairs({ run: run.run, ...arms }));

function splitsOf({ kind }: Arm, { fresh }: FrozenDataset): EvaluatedSplit[] {
  const isJudgedOnFresh = fresh !== undefined && kind !== 'untuned';
  return [...(kind === 'tuned' ? (['validation'] as const) : []), 'test', ...(isJudgedOnFresh ? (['fresh'] as const) : [])];
}

const train = (run: RunState, candidate: TunedPlan | UntunedPlan, dataset: FrozenDataset): Promise<Arm> => {
  const input = { run: run.run, candidate, dataset };
  const child = { workflowId: ids.candidate(run.run, candidate.name), staticSummary: `train ${candidate.name}`, ...attributesOf(run.run) };
  const submit = () => run.purse.within(() => executeChild(trainCandidate, { ...child, args: [input] }));
  return run.jobs.settled(submit, run.purse.timeoutMs);
};
