import type { Arm, FrozenDataset } from '../contracts/plan.ts';
import { evaluation, judging } from './proxies.ts';
import type { RunState } from './run-state.ts';

/** An arm answers the rows of a split, and its answers are graded where the run has a judge. */
export async function answer(
  run: RunState,
  arm: Arm,
  dataset: FrozenDataset,
  split: 'validation' | 'test',
  stage: 'baselines' | 'training' | 'evaluation',
): Promise<void> {
  const asked = { run: run.run, arm, dataset, split, stage };
  await evaluation(arm.provider).evaluateArm(asked);
  if (run.judgeProvider) await judging(run.judgeProvider).judgeArm(asked);
}
