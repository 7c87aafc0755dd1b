import { bcaInterval, type BootstrapDistribution } from '../evaluation/bca.ts';
import { cellBootstrap } from '../evaluation/cell-bootstrap.ts';
import { answerColumn, labelIndex } from '../evaluation/confusion.ts';
import type { ConfusionMetric } from '../evaluation/confusion-metrics.ts';
import { sumsBootstrap, type RowSums } from '../evaluation/sums-bootstrap.ts';
import { cellRandomization, sumsRandomization } from './approximate-randomization.ts';
import type { PairedDifference } from './paired-accuracy.ts';
import { pairedConfusionStatistic, type PairCells } from './paired-confusion.ts';

export interface PairedRow {
  readonly expected: string;
  readonly a: string | null;
  readonly b: string | null;
  readonly group?: string | null;
}

export interface ResamplingOptions {
  readonly confidence: number;
  readonly seed: number;
  readonly resamples?: number;
  /** Label swaps behind the p-value; 0 leaves p NaN. */
  readonly randomizations?: number;
}

/** With the bootstrap's standard error, from which detectable differences follow. */
export type ResampledDifference = PairedDifference & { readonly standardError: number };

/**
 * Difference of a confusion metric (macro F1, kappa, …) between two arms on the same rows: paired BCa bootstrap for the interval,
 * approximate randomization for p. Rows are drawn together with both answers, and whole groups where rows share one.
 *
 * @example pairedBootstrap([{ expected: 'x', a: 'x', b: 'y' }, …], ['x', 'y'], 'f1_macro', { confidence: 0.95, seed: 7 })
 */
export function pairedBootstrap(
  rows: readonly PairedRow[],
  labels: readonly string[],
  metric: ConfusionMetric,
  options: ResamplingOptions,
): ResampledDifference {
  const { seed, resamples = 2000, randomizations = 2000 } = options;
  const cells = pairCells(rows, labels);
  const statistic = pairedConfusionStatistic(cells, metric);
  const [distribution] = cellBootstrap(cells, statistic, { seed, resamples }) as [BootstrapDistribution];
  const p = randomizations > 0 ? cellRandomization(cells, metric, { seed: seed + 1, randomizations }) : Number.NaN;
  return summarise(distribution, options.confidence, p);
}

/** The same for metrics that follow from sums over rows, as means of row scores do: `a` and `b` are the two arms on the same rows in the same order. */
export function pairedSumsBootstrap(a: RowSums, b: RowSums, groups: readonly (string | null)[], options: ResamplingOptions): ResampledDifference {
  const { seed, resamples = 2000, randomizations = 2000 } = options;
  const distribution = sumsBootstrap([a, b], groups, { seed, resamples });
  const p = randomizations > 0 ? sumsRandomization(a, b, groups, { seed: seed + 1, randomizations }) : Number.NaN;
  return summarise(distribution, options.confidence, p);
}

function summarise(distribution: BootstrapDistribution, confidence: number, p: number): ResampledDifference {
  const { value, low, high } = bcaInterval(distribution, confidence);
  return { difference: value, low, high, p, standardError: standardDeviation(distribution.resampled) };
}

function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, values.length - 1));
}

function pairCells(rows: readonly PairedRow[], labels: readonly string[]): PairCells {
  const index = labelIndex(
    rows.map(({ expected }) => ({ expected, answer: null })),
    labels,
  );
  const width = index.size + 1;
  const cellOf = new Map<number, number>();
  const expected: number[] = [],
    a: number[] = [],
    b: number[] = [],
    counts: number[] = [];
  const cellOfRow = Int32Array.from(rows, (row) => {
    const [e, x, y] = [index.get(row.expected) as number, answerColumn(row.a, index), answerColumn(row.b, index)];
    const key = (e * width + x) * width + y;
    let cell = cellOf.get(key);
    if (cell === undefined) {
      cell = counts.push(0) - 1;
      cellOf.set(key, cell);
      expected.push(e);
      a.push(x);
      b.push(y);
    }
    counts[cell] = (counts[cell] as number) + 1;
    return cell;
  });
  return {
    labels: index.size,
    expected: Int32Array.from(expected),
    a: Int32Array.from(a),
    b: Int32Array.from(b),
    counts: Int32Array.from(counts),
    cellOfRow,
    groups: rows.map((row) => row.group ?? null),
  };
}
