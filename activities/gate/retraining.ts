import type { Arm, FrozenDataset } from '../../contracts/plan.ts';
import type { Prediction, Row } from '../../contracts/rows.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { comparisonKey } from '../../domain/dataset/comparison-key.ts';
import type { GateArm, GateRetraining } from '../../domain/gate/gate-input.ts';
import { refOf } from '../../domain/hash.ts';
import { readChampionDataset } from '../dataset/champion-rows.ts';
import { readRows } from '../dataset/rows.ts';
import type { Judge } from '../evaluation/judge.ts';
import type { ActivityDeps } from '../deps.ts';
import { gateArm, groupsOf } from './evidence.ts';

export interface RetrainingEvidence {
  readonly retraining: GateRetraining;
  /** All looks at rows fresher than one champion's dataset share one entry of the alpha ledger, whichever rows they are. */
  readonly ledgerOf: ArtifactRef;
  /** Of the rows that were looked at. */
  readonly rows: ArtifactRef;
}

/**
 * Candidate and champion on rows that the champion's dataset does not have: new rows of the test set, and rows held out of this run's training.
 * Null where there is no such row, or where no test row is left that the champion was judged on: then the test set decides alone.
 */
export async function retrainingOf(
  deps: ActivityDeps,
  arms: { readonly candidate: Arm; readonly champion: Arm | null },
  dataset: FrozenDataset,
  test: readonly Row[],
  { metric, judge, margin }: { metric: string; judge: Judge | null; margin: number },
): Promise<RetrainingEvidence | null> {
  const { candidate, champion } = arms;
  // Preferences are asked for on the test rows alone.
  if (metric === 'preference') return null;
  const from = champion?.run ? await readChampionDataset(deps, champion.run) : null;
  if (champion === null || from === null) return null;
  const keyed = test.map((row) => ({ row, key: comparisonKey(row.input) }));
  const frozen = keyed.filter(({ key }) => from.tested.has(key)).map(({ row }) => row.id);
  const held = dataset.fresh ? await readRows(deps, dataset.fresh) : [];
  const fresh = [
    ...keyed.filter(({ key }) => !from.known.has(key)).map(({ row }) => row),
    ...held.filter((row) => !from.known.has(comparisonKey(row.input))),
  ];
  if (fresh.length === 0 || frozen.length === 0) return null;
  const wanted = new Set(fresh.map((row) => row.id));
  const onFresh = async (arm: Arm): Promise<GateArm> => {
    const asked = [
      await gateArm(deps, arm, dataset.test, metric, judge),
      ...(dataset.fresh ? [await gateArm(deps, arm, dataset.fresh, metric, judge)] : []),
    ];
    const predictions: Prediction[] = asked.flatMap((side) => side.predictions.filter((p) => wanted.has(p.row)));
    const scores = Object.assign({}, ...asked.map((side) => side.scores ?? {})) as Record<string, number>;
    return { name: arm.name, artifact: arm.artifact, predictions, ...(Object.keys(scores).length > 0 ? { scores } : {}) };
  };
  return {
    retraining: {
      fresh: { n: fresh.length, candidate: await onFresh(candidate), champion: await onFresh(champion), groups: groupsOf(fresh) },
      frozen,
      margin,
    },
    ledgerOf: refOf({ fresherThan: from.hash }),
    rows: refOf(fresh.map(({ input, output }) => ({ input, output }))),
  };
}
