import { reliableFrom } from '../evaluation/classification-metrics.ts';
import type { GateInput } from './gate-input.ts';
import type { TestRow } from './test-rows.ts';
import { metricName } from './wording.ts';

/** Averages over labels, whose intervals need many rows of each label. */
const labelAverages: ReadonlySet<string> = new Set(['f1_macro', 'precision_macro', 'recall_macro']);

/** Macro averages of few rows have intervals that cover far too little, so the gate then goes by accuracy and says so. */
export function judgedMetric({ metric, taskType, labels, dataset }: GateInput, rows: readonly TestRow[]): { metric: string; note: string | null } {
  if (taskType !== 'classification' || !labelAverages.has(metric)) return { metric, note: null };
  const support = new Map(labels.map((label) => [label, 0]));
  for (const { expected } of rows) support.set(expected, (support.get(expected) ?? 0) + 1);
  const fewest = Math.min(...support.values());
  if (dataset.n >= reliableFrom.rows && fewest >= reliableFrom.rowsPerLabel) return { metric, note: null };
  const why = dataset.n < reliableFrom.rows ? `${dataset.n} test rows` : `${fewest} test rows of the rarest label`;
  const note = `Judged by accuracy, because ${metricName(metric)} is unreliable with ${why}: it takes ${reliableFrom.rows} rows and ${reliableFrom.rowsPerLabel} of each label.`;
  return { metric: 'accuracy', note };
}
