/** How much of a result is the luck of a seed. */
import { answerColumn, labelIndex } from '../evaluation/confusion.ts';
import { type ConfusionMetric, confusionMetricNames, confusionMetrics, emptyMargins } from '../evaluation/confusion-metrics.ts';
import { rowScores } from '../evaluation/row-scores.ts';
import { studentQuantile } from '../evaluation/student.ts';
import { meanScores, metricValue } from '../evaluation/sums-bootstrap.ts';
import type { GateArm, GateInput, SeedSpread } from './gate-input.ts';
import { answersOf, type TestRow } from './test-rows.ts';

/**
 * The spread over the seeds that the candidate's recipe was trained with: the standard deviation s of the metric, and t·s/√k, by which the interval of
 * a mean over k seeds reaches out on their account. Null with one seed, or where the metric is not a number.
 */
export function seedSpread(input: GateInput, rows: readonly TestRow[], metric: string, level: number): SeedSpread | null {
  const arms = [input.candidate, ...(input.siblings ?? [])].map((arm) => ({ name: arm.name, value: metricOf(input, arm, rows, metric) }));
  const k = arms.length;
  if (k < 2 || arms.some(({ value }) => !Number.isFinite(value))) return null;
  const mean = arms.reduce((sum, { value }) => sum + value, 0) / k;
  const deviation = Math.sqrt(arms.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (k - 1));
  return { arms, deviation, reach: (studentQuantile(0.5 + level / 2, k - 1) * deviation) / Math.sqrt(k) };
}

/** An interval that also reaches as far as the seeds do: √(own² + seeds²) on either side. */
export function widened<T extends { readonly value: number; readonly low: number; readonly high: number }>(difference: T, reach: number): T {
  const { value, low, high } = difference;
  return { ...difference, low: value - Math.hypot(value - low, reach), high: value + Math.hypot(high - value, reach) };
}

function metricOf({ taskType, labels }: GateInput, arm: GateArm, rows: readonly TestRow[], metric: string): number {
  const { scores } = arm;
  if (scores !== undefined) return metricValue(meanScores(rows.map(({ id }) => scores[id] ?? 0)));
  const answers = answersOf(arm, rows);
  const answered = rows.map(({ expected }, i) => ({ expected, answer: answers[i] ?? null }));
  const at = confusionMetricNames.indexOf(metric as ConfusionMetric);
  if (taskType !== 'classification' || at < 0) {
    const sums = rowScores(metric, answered);
    return sums === null ? Number.NaN : metricValue(sums);
  }
  const index = labelIndex(answered, labels);
  const margins = emptyMargins(index.size);
  for (const { expected, answer } of answered) {
    const [e, a] = [index.get(expected) as number, answerColumn(answer, index)];
    margins.support[e]! += 1;
    margins.predicted[a]! += 1;
    if (e === a) margins.right[e]! += 1;
  }
  const values = new Float64Array(confusionMetricNames.length);
  confusionMetrics(margins, values);
  return values[at] as number;
}
