/** Answers that are sets of labels. */
import type { Estimate } from '../../contracts/run.ts';
import { estimateOf, meanScores, metricValue, ratioScores, type RowSums } from './sums-bootstrap.ts';

export interface MultiLabelRow {
  readonly expected: ReadonlySet<string>;
  /** Null where the output could not be parsed: a set without labels, which also never equals the expected one. */
  readonly answer: ReadonlySet<string> | null;
  readonly group?: string | null;
}

export const multiLabelMetricNames = ['subset_accuracy', 'hamming_loss', 'f1_micro', 'f1_macro', 'f1_samples', 'jaccard_samples'] as const;
export type MultiLabelMetric = (typeof multiLabelMetricNames)[number];

/**
 * What each row contributes to a metric over sets. Equal to scikit-learn with `zero_division=0`: subset accuracy as `accuracy_score`, F1 averaged over
 * all label decisions (micro), over labels (macro, all of `labels`) or over rows (samples), Jaccard over rows, and the share of wrong decisions.
 */
export function multiLabelScores(metric: MultiLabelMetric, rows: readonly MultiLabelRow[], labels: readonly string[]): RowSums {
  const compared = rows.map(({ expected, answer }) => {
    const said = answer ?? new Set<string>();
    const hits = [...said].filter((label) => expected.has(label)).length;
    return { hits, asked: expected.size, given: said.size, isSame: answer !== null && hits === expected.size && hits === said.size, expected, said };
  });
  switch (metric) {
    case 'subset_accuracy':
      return meanScores(compared.map(({ isSame }) => Number(isSame)));
    case 'hamming_loss':
      return meanScores(compared.map(({ hits, asked, given }) => (asked + given - 2 * hits) / labels.length));
    case 'f1_samples':
      return meanScores(compared.map(({ hits, asked, given }) => (asked + given === 0 ? 0 : (2 * hits) / (asked + given))));
    case 'jaccard_samples':
      return meanScores(compared.map(({ hits, asked, given }) => (asked + given === 0 ? 0 : hits / (asked + given - hits))));
    case 'f1_micro':
      return ratioScores(
        compared.map(({ hits }) => 2 * hits),
        compared.map(({ asked, given }) => asked + given),
      );
    case 'f1_macro':
      return {
        columns: labels.flatMap((label) => [
          compared.map(({ expected, said }) => Number(expected.has(label) && said.has(label))),
          compared.map(({ expected, said }) => Number(expected.has(label)) + Number(said.has(label))),
        ]),
        statistic: (sums) => {
          let total = 0;
          for (let k = 0; k < labels.length; k += 1) {
            const [hits, both] = [sums[2 * k] as number, sums[2 * k + 1] as number];
            total += both === 0 ? 0 : (2 * hits) / both;
          }
          return labels.length === 0 ? 0 : total / labels.length;
        },
      };
  }
}

/** All metrics with their intervals; rows of one group are drawn together. */
export function multiLabelMetrics(
  rows: readonly MultiLabelRow[],
  labels: readonly string[],
  options: { seed: number; resamples?: number },
): Record<MultiLabelMetric, Estimate> {
  const groups = rows.map((row) => row.group ?? null);
  return Object.fromEntries(multiLabelMetricNames.map((name) => [name, estimateOf(multiLabelScores(name, rows, labels), groups, options)])) as Record<
    MultiLabelMetric,
    Estimate
  >;
}

export const multiLabelValue = (metric: MultiLabelMetric, rows: readonly MultiLabelRow[], labels: readonly string[]): number =>
  metricValue(multiLabelScores(metric, rows, labels));
