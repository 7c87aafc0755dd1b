import type { Comparison } from '../../contracts/run.ts';
import { confusionMetricNames, type ConfusionMetric } from '../evaluation/confusion-metrics.ts';
import { normalQuantile } from '../evaluation/normal.ts';
import { rowScores } from '../evaluation/row-scores.ts';
import { meanScores, type RowSums } from '../evaluation/sums-bootstrap.ts';
import type { ComparisonEvidence, GateArm, GateInput, GateTarget } from './gate-input.ts';
import { pairedAccuracy } from './paired-accuracy.ts';
import { pairedBootstrap, pairedSumsBootstrap, type ResampledDifference } from './paired-bootstrap.ts';
import { detectableDifference, rowsNeeded } from './power.ts';
import { answersOf, type TestRow } from './test-rows.ts';

const power = 0.8;

export interface ArmComparison {
  readonly comparison: Comparison;
  readonly evidence: ComparisonEvidence;
}

/**
 * Candidate against one target on the same rows, with a two-sided interval of `level`. Null where the metric cannot be computed from what the arms hold.
 * Right-or-wrong answers get the score interval; macro averages, kappa and the like a bootstrap over confusion cells; all else one over rows.
 */
export function compareArms(input: GateInput, target: GateTarget, rows: readonly TestRow[], metric: string, level: number): ArmComparison | null {
  const { candidate, spec } = input;
  const answers = [answersOf(candidate, rows), answersOf(target, rows)] as const;
  const groups = rows.map((row) => row.group);
  if (metric === 'accuracy' || metric === 'exact_match') {
    const [a, b] = answers.map((given) => rightOf(metric, rows, given)) as [boolean[], boolean[]];
    const paired = pairedAccuracy(a, b, level, groups);
    const { gains, losses, designEffect: effect } = paired;
    const discordance = (gains + losses) / Math.max(1, rows.length);
    const needed = rowsNeeded({ difference: paired.difference, discordance }, level, power, spec.minimumGain, spec.equivalence);
    return {
      comparison: {
        against: target.name,
        difference: { value: paired.difference, low: paired.low, high: paired.high, p: paired.p },
        detectable: detectableDifference(rows.length / effect, discordance, level, power, spec.minimumGain),
      },
      evidence: {
        against: target.name,
        role: target.role,
        test: effect > 1 ? 'score interval, clustered' : 'score interval and exact McNemar',
        gains,
        losses,
        rowsNeeded: needed === null ? null : Math.ceil(needed * effect),
      },
    };
  }
  const difference = resampled(input, target, rows, metric, level, answers, groups);
  if (difference === null) return null;
  const { value, low, high, p } = { value: difference.difference, ...difference };
  const reach = (normalQuantile(0.5 + level / 2) + normalQuantile(power)) * difference.standardError;
  return {
    comparison: { against: target.name, difference: { value, low, high, p }, detectable: spec.minimumGain + reach },
    evidence: {
      against: target.name,
      role: target.role,
      test: 'paired bootstrap and approximate randomization',
      gains: null,
      losses: null,
      rowsNeeded: rowsByScaling(rows.length, reach, value, spec.minimumGain, spec.minimumGain + spec.equivalence),
    },
  };
}

function rightOf(metric: string, rows: readonly TestRow[], answers: readonly (string | null)[]): boolean[] {
  const scores = rowScores(
    metric,
    rows.map(({ expected }, i) => ({ expected, answer: answers[i] ?? null })),
  );
  return (scores?.columns[0] ?? []).map((score) => score === 1);
}

function resampled(
  input: GateInput,
  target: GateTarget,
  rows: readonly TestRow[],
  metric: string,
  level: number,
  answers: readonly [readonly (string | null)[], readonly (string | null)[]],
  groups: readonly (string | null)[],
): ResampledDifference | null {
  const options = { confidence: level, seed: input.seed, resamples: input.resamples ?? 2000, randomizations: input.resamples ?? 2000 };
  const [a, b] = answers;
  if (input.taskType === 'classification' && isConfusionMetric(metric)) {
    const paired = rows.map(({ expected, group }, i) => ({ expected, group, a: a[i] ?? null, b: b[i] ?? null }));
    return pairedBootstrap(paired, input.labels, metric, options);
  }
  const scores = metric === 'preference' ? preferred(target, rows) : [scoresOf(input.candidate, rows, metric, a), scoresOf(target, rows, metric, b)];
  const [left, right] = scores;
  return left && right ? pairedSumsBootstrap(left, right, groups, options) : null;
}

/** Scores that came with the arm, else those that its answers give. A row without one scores 0. */
function scoresOf(arm: GateArm, rows: readonly TestRow[], metric: string, answers: readonly (string | null)[]): RowSums | null {
  const { scores } = arm;
  if (scores !== undefined) return meanScores(rows.map(({ id }) => scores[id] ?? 0));
  return rowScores(
    metric,
    rows.map(({ expected }, i) => ({ expected, answer: answers[i] ?? null })),
  );
}

/** A preferred answer earns 1, a tie ½ each; so the difference is (wins − losses) / n. Null where the judge was not asked. */
function preferred({ preferences }: GateTarget, rows: readonly TestRow[]): [RowSums | null, RowSums | null] {
  if (preferences === undefined) return [null, null];
  const verdicts = new Map(preferences.map(({ row, verdict }) => [row, verdict]));
  const earned = (sign: 1 | -1) => meanScores(rows.map(({ id }) => (1 + sign * (verdicts.get(id) ?? 0)) / 2));
  return [earned(1), earned(-1)];
}

function isConfusionMetric(metric: string): metric is ConfusionMetric {
  return (confusionMetricNames as readonly string[]).includes(metric);
}

/** The standard error falls with √n; `reach` is the difference from the limit that n rows show. */
function rowsByScaling(n: number, reach: number, difference: number, minimumGain: number, limit: number): number | null {
  const promote = difference > minimumGain ? (reach / (difference - minimumGain)) ** 2 : Infinity;
  const reject = difference < limit ? (reach / (limit - difference)) ** 2 : Infinity;
  const rows = n * Math.min(promote, reject);
  return Number.isFinite(rows) ? Math.max(1, Math.ceil(rows)) : null;
}
