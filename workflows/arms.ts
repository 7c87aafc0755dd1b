/** How arms come to be and to answer. */
import { executeChild } from '@temporalio/workflow';
import { ids } from '../contracts/names.ts';
import type { Arm, FrozenDataset, TunedPlan, UntunedPlan } from '../contracts/plan.ts';
import { describeUntunedArm, evaluation } from './proxies.ts';
import type { RunState } from './run-state.ts';
import { trainCandidate } from './train-candidate.ts';

/** Untuned arms one after the other, each with its answers to the validation rows. */
export async function askBaselines(run: RunState, plans: readonly UntunedPlan[], dataset: FrozenDataset): Promise<Arm[]> {
  const arms: Arm[] = [];
  for (const untuned of plans) {
    const isFitted = untuned.kind === 'classical' || untuned.kind === 'embedding';
    const arm = isFitted ? await train(run, untuned, dataset) : await describeUntunedArm({ run: run.run, dataset, untuned });
    await run.purse.within(() => evaluation(arm.provider).evaluateArm({ run: run.run, arm, dataset, split: 'validation', stage: 'baselines' }));
    arms.push(arm);
  }
  return arms;
}

/** Candidates side by side: each provider queues what it cannot run at once. */
export async function trainCandidates(run: RunState, plans: readonly TunedPlan[], dataset: FrozenDataset): Promise<Arm[]> {
  return Promise.all(plans.map((candidate) => train(run, candidate, dataset)));
}

/** Tuned arms answer the validation rows, then all arms the test rows; arms of one provider take turns. */
export async function evaluateOnTest(run: RunState, arms: readonly Arm[], dataset: FrozenDataset): Promise<void> {
  const providers = [...new Set(arms.map((arm) => arm.provider))];
  await Promise.all(
    providers.map(async (provider) => {
      const { evaluateArm } = evaluation(provider);
      for (const arm of arms.filter((a) => a.provider === provider)) {
        const splits = arm.kind === 'tuned' ? (['validation', 'test'] as const) : (['test'] as const);
        for (const split of splits) await run.purse.within(() => evaluateArm({ run: run.run, arm, dataset, split, stage: 'evaluation' }));
      }
    }),
  );
}

const train = (run: RunState, candidate: TunedPlan | UntunedPlan, dataset: FrozenDataset): Promise<Arm> => {
  const child = { workflowId: ids.candidate(run.run, candidate.name), args: [{ run: run.run, candidate, dataset }] as const };
  const submit = () => run.purse.within(() => executeChild(trainCandidate, { ...child, args: [...child.args] }));
  return run.jobs.settled(submit, run.purse.timeoutMs);
};
