import type { Estimate, RetrainingDocument } from '../../contracts/run.ts';
import { type ArmComparison, compareArms } from './compare-arms.ts';
import type { GateInput, GateRetraining, GateTarget } from './gate-input.ts';
import type { ComparisonVerdict } from './gate-reasons.ts';
import { fewestRows, notComputed, tooFewFresh } from './guards.ts';
import { judgedMetric } from './judged-metric.ts';
import { widened } from './seed-spread.ts';
import { alignRows, type TestRow } from './test-rows.ts';
import { metricName, percent, points } from './wording.ts';

export interface RetrainingVerdict {
  readonly verdict: ComparisonVerdict;
  /** Candidate against champion on the fresh rows; null where there were too few of them. */
  readonly compared: ArmComparison | null;
  readonly document: RetrainingDocument;
  /** Why nothing could be decided; empty where it could. */
  readonly doubts: readonly string[];
  /** Fresh labelled rows in all; null where they suffice or no number of them would tell. */
  readonly rowsNeeded: number | null;
  readonly sentences: readonly string[];
}

/**
 * A retrained model must be better where the world is now and no worse where it was: superior to the champion on fresh labelled rows, and not inferior
 * by `margin` or more on the frozen set. Both must be shown, each at the one-sided error of `level`, so that no further correction is due.
 * `not better` where superiority is ruled out or the loss exceeds the margin; `unknown` otherwise, naming the fresh rows that it takes, 30 at least.
 *
 * @param tested the test rows that the champion was judged on, as all arms answered them
 */
export function decideRetraining(
  input: GateInput,
  champion: GateTarget,
  { fresh, frozen: frozenIds, margin }: GateRetraining,
  tested: readonly TestRow[],
  { level, reach }: { level: number; reach: number },
): RetrainingVerdict {
  const frozen = tested.filter(({ id }) => frozenIds.includes(id));
  const rows = { fresh: fresh.n, frozen: frozen.length, margin };
  if (fresh.n < fewestRows || frozen.length < fewestRows) {
    const doubts = [
      ...(fresh.n < fewestRows ? [tooFewFresh(fresh.n)] : []),
      ...(frozen.length < fewestRows
        ? [`Of the frozen test set that the champion was judged on ${frozen.length} rows are left; fewer than ${fewestRows} prove nothing.`]
        : []),
    ];
    const rowsNeeded = fresh.n < fewestRows ? fewestRows : null;
    return { verdict: 'unknown', compared: null, document: { ...rows, gain: null, kept: null }, doubts, rowsNeeded, sentences: [] };
  }
  const now = { ...input, candidate: fresh.candidate, dataset: { ...input.dataset, n: fresh.n } };
  const { rows: freshRows } = alignRows([fresh.candidate, fresh.champion], fresh.groups);
  const { spec } = input;
  const metric = judgedMetric(now, freshRows).metric;
  const before = { ...input, spec: { ...spec, minimumGain: -margin, equivalence: 0 } };
  const gain = compareArms(now, { ...fresh.champion, role: 'champion' }, freshRows, metric, level);
  const kept = compareArms(
    before,
    champion,
    frozen,
    judgedMetric({ ...input, dataset: { ...input.dataset, n: frozen.length } }, frozen).metric,
    level,
  );
  if (gain === null || kept === null) {
    return {
      verdict: 'unknown',
      compared: null,
      document: { ...rows, gain: null, kept: null },
      doubts: [notComputed(metric)],
      rowsNeeded: null,
      sentences: [],
    };
  }
  // Another seed would have given another model, by `reach`.
  const [better, same] = [widened(gain.comparison.difference, reach), widened(kept.comparison.difference, reach)];
  const isBetter = better.low > spec.minimumGain;
  const isKept = same.low > -margin;
  const isRuledOut = better.high <= spec.minimumGain + spec.equivalence || same.high < -margin;
  const verdict = isRuledOut ? 'not better' : isBetter && isKept ? 'better' : 'unknown';
  const rowsNeeded = verdict === 'unknown' && !isBetter ? gain.evidence.rowsNeeded : null;
  return {
    verdict,
    compared: { ...gain, comparison: { ...gain.comparison, difference: better } },
    document: { ...rows, gain: estimateOf(better), kept: estimateOf(same) },
    doubts: [],
    rowsNeeded,
    sentences: [
      `On ${fresh.n} labelled rows fresher than the champion's dataset, which neither was trained on, ${input.candidate.name} stands at ${say(better, level)} of ${metricName(metric)} against ${champion.name}; ${
        isBetter
          ? proof(spec.minimumGain)
          : better.high <= spec.minimumGain + spec.equivalence
            ? 'that rules out a gain'
            : 'that is not proof of a gain'
      }.`,
      `On ${frozen.length} rows of the frozen test set it stands at ${say(same, level)}; ${
        isKept
          ? `no more is lost than ${percent(margin)}`
          : same.high < -margin
            ? `more is lost than ${percent(margin)}`
            : `it is not shown that no more is lost than ${percent(margin)}`
      }.`,
      ...(rowsNeeded === null ? [] : [`${rowsNeeded} fresh labelled rows could tell.`]),
    ],
  };
}

const proof = (minimumGain: number): string =>
  minimumGain === 0 ? 'that is proof of a gain' : `that is proof of a gain of more than ${points(minimumGain)} points`;

const estimateOf = ({ value, low, high }: Estimate): Estimate => ({ value, low, high });

const say = (estimate: Estimate, level: number): string =>
  `${points(estimate.value)} points (${percent(level)} interval ${points(estimate.low)} to ${points(estimate.high)})`;
