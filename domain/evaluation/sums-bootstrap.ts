/**
 * Bootstrap of metrics that follow from sums over rows: means, ratios of sums (micro-averaged field F1), BLEU and chrF from their n-gram counts.
 * Two metrics at once keep their rows together, so that the difference is paired. Rows that share a source are drawn together.
 */
import type { Estimate } from '../../contracts/run.ts';
import { acceleration, bcaInterval, type BootstrapDistribution } from './bca.ts';
import { seededRandom } from './random.ts';

export interface RowSums {
  /** Each column holds one number per row. */
  readonly columns: readonly (readonly number[])[];
  /** The metric, from the sum of each column. */
  readonly statistic: (sums: Float64Array) => number;
}

/** The mean of row scores; 0 without rows. */
export function meanScores(scores: readonly number[]): RowSums {
  return ratioScores(
    scores,
    scores.map(() => 1),
  );
}

/** Σ numerator / Σ denominator; 0 where the denominator is 0. */
export function ratioScores(numerator: readonly number[], denominator: readonly number[]): RowSums {
  return { columns: [numerator, denominator], statistic: ([n, d]) => (d === 0 ? 0 : (n as number) / (d as number)) };
}

/** The metric over all rows. */
export function metricValue({ columns, statistic }: RowSums): number {
  return statistic(Float64Array.from(columns, (column) => column.reduce((a, b) => a + b, 0)));
}

/** The metric with its BCa interval. */
export function estimateOf(
  rows: RowSums,
  groups: readonly (string | null)[],
  options: { seed: number; confidence?: number; resamples?: number },
): Estimate {
  const { seed, confidence = 0.95, resamples = 2000 } = options;
  return bcaInterval(sumsBootstrap([rows], groups, { seed, resamples }), confidence);
}

/** Bootstrap of one metric, or of the first less the second on the same rows. Throws RangeError where the rows differ in number. */
export function sumsBootstrap(
  metrics: readonly [RowSums] | readonly [RowSums, RowSums],
  groups: readonly (string | null)[],
  options: { seed: number; resamples: number },
): BootstrapDistribution {
  const [first, second] = metrics;
  const columns = [...first.columns, ...(second?.columns ?? [])];
  const units = sumsPerUnit(columns, groups);
  const size = units[0]?.length ?? 0;
  const split = first.columns.length;
  const statistic = (sums: Float64Array) =>
    first.statistic(sums.subarray(0, split)) - (second === undefined ? 0 : second.statistic(sums.subarray(split)));
  const total = Float64Array.from(units, (unit) => unit.reduce((a, b) => a + b, 0));
  const random = seededRandom(options.seed);
  const sums = new Float64Array(units.length);
  const draws = new Int32Array(size);
  const resampled = Float64Array.from({ length: size === 0 ? 0 : options.resamples }, () => {
    for (let k = 0; k < size; k += 1) draws[k] = random.below(size);
    units.forEach((unit, c) => {
      let sum = 0;
      for (let k = 0; k < size; k += 1) sum += unit[draws[k] as number] as number;
      sums[c] = sum;
    });
    return statistic(sums);
  });
  const leftOut = Float64Array.from({ length: size }, (_, u) => {
    units.forEach((unit, c) => {
      sums[c] = (total[c] as number) - (unit[u] as number);
    });
    return statistic(sums);
  });
  return { value: statistic(total), resampled, acceleration: acceleration(leftOut) };
}

/** One entry per source, or per row that stands alone. */
function sumsPerUnit(columns: readonly (readonly number[])[], groups: readonly (string | null)[]): Float64Array[] {
  const rows = columns[0]?.length ?? 0;
  if (columns.some((column) => column.length !== rows)) throw new RangeError('the metrics to compare have different numbers of rows');
  const unitOfRow = unitsOf(rows, groups);
  const count = unitOfRow.reduce((most, unit) => Math.max(most, unit + 1), 0);
  return columns.map((column) => {
    const sums = new Float64Array(count);
    column.forEach((value, i) => {
      sums[unitOfRow[i] as number]! += value;
    });
    return sums;
  });
}

/** The number of the unit that each row belongs to: one unit per source, and one per row without a source. */
export function unitsOf(rows: number, groups: readonly (string | null)[]): number[] {
  const known = new Map<string, number>();
  let count = 0;
  return Array.from({ length: rows }, (_, i) => {
    const group = groups[i] ?? null;
    const unit = group === null ? undefined : known.get(group);
    if (unit !== undefined) return unit;
    if (group !== null) known.set(group, count);
    count += 1;
    return count - 1;
  });
}
