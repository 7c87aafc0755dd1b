import type { CellStatistic } from './cell-bootstrap.ts';
import { confusionMetricNames, confusionMetrics, emptyMargins } from './confusion-metrics.ts';

/** All confusion metrics as a statistic of cells (expected, answer); an answer outside the labels has the index `labels`. */
export function confusionStatistic(expected: Int32Array, answer: Int32Array, labels: number): CellStatistic {
  const margins = emptyMargins(labels);
  const { right, support, predicted } = margins;
  const add = (cell: number, rows: number) => {
    const e = expected[cell] as number;
    const a = answer[cell] as number;
    support[e]! += rows;
    predicted[a]! += rows;
    if (e === a) right[e]! += rows;
  };
  return {
    size: confusionMetricNames.length,
    load: (counts) => {
      right.fill(0);
      support.fill(0);
      predicted.fill(0);
      for (let cell = 0; cell < counts.length; cell += 1) add(cell, counts[cell] as number);
    },
    add,
    evaluate: (into, offset) => confusionMetrics(margins, into, offset),
  };
}
