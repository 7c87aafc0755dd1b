import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { Arm, FrozenDataset } from '../../contracts/plan.ts';
import { chooseOnValidation } from '../../domain/gate/choose-on-validation.ts';
import type { ActivityDeps } from '../deps.ts';
import { validationValue } from './evidence.ts';

/** The best arm on validation rows: test rows never choose. */
export async function chooseArm(deps: ActivityDeps, dataset: FrozenDataset, arms: readonly Arm[], spec: PipelineSpec): Promise<Arm | null> {
  const valued = await Promise.all(
    arms.map(async (arm) => ({ ...arm, value: await validationValue(deps, arm, dataset, spec.gate.metric ?? 'accuracy') })),
  );
  const chosen = chooseOnValidation(valued);
  return chosen ? (arms.find((arm) => arm.name === chosen.name) ?? null) : null;
}
