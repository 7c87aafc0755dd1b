import type { Arm, FrozenDataset } from '../../contracts/plan.ts';
import { chooseOnValidation } from '../../domain/gate/choose-on-validation.ts';
import type { ActivityDeps } from '../deps.ts';
import { judgeOf } from '../evaluation/judge.ts';
import type { RunContext } from '../run/spec.ts';
import { validationValue } from './evidence.ts';

/** The best arm on validation rows: test rows never choose. */
export async function chooseArm(deps: ActivityDeps, dataset: FrozenDataset, arms: readonly Arm[], context: RunContext): Promise<Arm | null> {
  const judge = await judgeOf(deps, context);
  const valued = await Promise.all(
    arms.map(async (arm) => ({ ...arm, value: await validationValue(deps, arm, dataset, context.spec.gate.metric ?? 'accuracy', judge) })),
  );
  const chosen = chooseOnValidation(valued);
  return chosen ? (arms.find((arm) => arm.name === chosen.name) ?? null) : null;
}
