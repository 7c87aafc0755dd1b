import type { EvaluatedSplit } from '../activities/evaluation/activities.ts';
import type { Arm, FrozenDataset } from '../contracts/plan.ts';
import { evaluation, judging } from './proxies.ts';
import type { RunState } from './run-state.ts';

/** An arm answers the rows of a split, and its answers are graded where the run has a judge. */
export async function answer(
  run: RunState,
  arm: Arm,
  dataset: FrozenDataset,
  split: EvaluatedSplit,
  stage: 'baselines' | 'training' | 'evaluation',
): Promise<void> {
  const asked = { run: run.run, arm, dataset, split, stage };
  const summary = `${arm.name} on ${split} rows`;
  await evaluation(arm.provider).evaluateArm.executeWithOptions({ summary }, [asked]);
  if (run.judgeProvider) await judging(run.judgeProvider).judgeArm.executeWithOptions({ summary }, [asked]);
}
