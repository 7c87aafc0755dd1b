import type { Arm, FrozenDataset } from '../../contracts/plan.ts';
import { compareArms } from '../../domain/gate/compare-arms.ts';
import type { GateInput } from '../../domain/gate/gate-input.ts';
import { alignRows } from '../../domain/gate/test-rows.ts';
import { metricName, points } from '../../domain/gate/wording.ts';
import { ablationName } from '../../domain/run/plan-ablation.ts';
import type { ActivityDeps } from '../deps.ts';
import type { Judge } from '../evaluation/judge.ts';
import { gateArm } from './evidence.ts';

/** What synthetic rows brought, as a sentence for the run's reasons, with the interval of the paired difference; none where nothing was trained without them. */
export async function ablationFinding(
  deps: ActivityDeps,
  tuned: readonly Arm[],
  dataset: FrozenDataset,
  gate: Omit<GateInput, 'look'>,
  judge: Judge | null,
): Promise<string[]> {
  const without = tuned.find((arm) => arm.isAblation);
  const whole = without && tuned.find((arm) => ablationName(arm.name) === without.name);
  if (!without || !whole) return [];
  if (without.artifact === whole.artifact) return [`No synthetic row passed the filters: ${whole.name} is the same with and without them.`];
  const [candidate, target] = await Promise.all([
    gateArm(deps, whole, dataset.test, gate.metric, judge),
    gateArm(deps, without, dataset.test, gate.metric, judge),
  ]);
  const { rows } = alignRows([candidate, target], gate.groups ?? {});
  const against = { ...target, role: 'best-untuned' as const };
  const compared = compareArms({ ...gate, candidate, targets: [against], look: 1 }, against, rows, gate.metric, gate.spec.confidence);
  if (compared === null) return [];
  const { value, low, high } = compared.comparison.difference;
  return [
    `Synthetic rows brought ${whole.name} ${points(value)} points of ${metricName(gate.metric)} on the test rows [${points(low)}, ${points(high)}], against ${without.name}, which was trained without them.`,
  ];
}
