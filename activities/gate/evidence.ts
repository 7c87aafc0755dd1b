import type { Arm, FrozenDataset } from '../../contracts/plan.ts';
import type { ArtifactRef, Estimate } from '../../contracts/run.ts';
import type { Prediction } from '../../contracts/rows.ts';
import { findEvaluation } from '../../db/queries/arms.ts';
import type { GateArm, GateInput } from '../../domain/gate/gate-input.ts';
import type { ActivityDeps } from '../deps.ts';
import { readRows } from '../dataset/rows.ts';

/** An arm with its answers to the test rows; none where it was not asked, as for a candidate that is the champion. */
export async function gateArm(deps: ActivityDeps, arm: Arm, dataset: FrozenDataset, metric: string): Promise<GateArm> {
  const evaluation = await findEvaluation(deps.db, arm.artifact, dataset.test);
  const predictions: Prediction[] = [];
  if (evaluation) for await (const p of deps.store.getLines<Prediction>(evaluation.predictionsRef as ArtifactRef)) predictions.push(p);
  const scores = Object.fromEntries(predictions.flatMap((p) => (p.marks?.[metric] === undefined ? [] : [[p.row, p.marks[metric]]])));
  return { name: arm.name, artifact: arm.artifact, predictions, ...(Object.keys(scores).length > 0 ? { scores } : {}) };
}

export async function validationValue(deps: ActivityDeps, arm: Arm, dataset: FrozenDataset, metric: string): Promise<number> {
  const evaluation = await findEvaluation(deps.db, arm.artifact, dataset.validation);
  const metrics = (evaluation?.metrics ?? {}) as Record<string, Estimate | undefined>;
  return metrics[metric]?.value ?? Number.NaN;
}

export async function groupsOf(deps: ActivityDeps, dataset: FrozenDataset): Promise<Record<string, string | null>> {
  return Object.fromEntries((await readRows(deps, dataset.test)).map((row) => [row.id, row.group]));
}

export async function measuredOf(deps: ActivityDeps, arm: Arm, dataset: FrozenDataset): Promise<NonNullable<GateInput['measured']>> {
  const evaluation = await findEvaluation(deps.db, arm.artifact, dataset.test);
  if (!evaluation) return { p95Ms: null, usdPerThousand: null };
  return { p95Ms: evaluation.p95Ms, usdPerThousand: evaluation.n === 0 ? null : (evaluation.microUsd / 1e6 / evaluation.n) * 1000 };
}
