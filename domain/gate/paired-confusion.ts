import type { CellRows, CellStatistic } from '../evaluation/cell-bootstrap.ts';
import { confusionMetricNames, confusionMetrics, emptyMargins, type ConfusionMetric } from '../evaluation/confusion-metrics.ts';

/** Rows by (expected, candidate's answer, target's answer), as indices of labels; `labels` itself stands for an answer outside them. */
export interface PairCells extends CellRows {
  readonly labels: number;
  readonly expected: Int32Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
}

/** The candidate's metric less the target's. `swap` moves rows of a cell from one arm's answer to the other's. */
export interface PairedStatistic extends CellStatistic {
  swap(cell: number, rows: number): void;
}

export function pairedConfusionStatistic({ labels, expected, a, b }: PairCells, metric: ConfusionMetric): PairedStatistic {
  const [left, right] = [emptyMargins(labels), emptyMargins(labels)];
  const at = confusionMetricNames.indexOf(metric);
  const values = new Float64Array(confusionMetricNames.length);
  const give = (margins: typeof left, e: number, answer: number, rows: number) => {
    margins.predicted[answer]! += rows;
    if (answer === e) margins.right[e]! += rows;
  };
  const add = (cell: number, rows: number) => {
    const e = expected[cell] as number;
    left.support[e]! += rows;
    right.support[e]! += rows;
    give(left, e, a[cell] as number, rows);
    give(right, e, b[cell] as number, rows);
  };
  return {
    size: 1,
    load: (counts) => {
      for (const { right: hits, support, predicted } of [left, right]) for (const part of [hits, support, predicted]) part.fill(0);
      for (let cell = 0; cell < counts.length; cell += 1) if (counts[cell] !== 0) add(cell, counts[cell] as number);
    },
    add,
    swap: (cell, rows) => {
      const e = expected[cell] as number;
      give(left, e, a[cell] as number, -rows);
      give(left, e, b[cell] as number, rows);
      give(right, e, b[cell] as number, -rows);
      give(right, e, a[cell] as number, rows);
    },
    evaluate: (into, offset) => {
      confusionMetrics(left, values);
      const candidate = values[at] as number;
      confusionMetrics(right, values);
      into[offset] = candidate - (values[at] as number);
    },
  };
}
