import type { TaskShape } from '../../contracts/artifact.ts';
import type { Estimate } from '../../contracts/run.ts';
import type { Prediction, Row } from '../../contracts/rows.ts';
import { bleuSignature } from '../../domain/evaluation/bleu.ts';
import { chrfSignature } from '../../domain/evaluation/chrf.ts';
import { scoredMetrics } from '../../domain/evaluation/scored-metrics.ts';
import { classificationMetrics } from '../../domain/evaluation/classification-metrics.ts';
import { fieldEstimates } from '../../domain/evaluation/field-estimates.ts';
import { rowScores } from '../../domain/evaluation/row-scores.ts';
import { estimateOf, meanScores } from '../../domain/evaluation/sums-bootstrap.ts';

const seed = 7;

/** Metrics of tasks whose answers are texts, each from the texts or from the marks that the answers carry. */
const textMetrics = {
  extraction: ['field_f1', 'exact_match', 'valid'],
  generation: ['similarity', 'token_f1', 'rouge1', 'rouge2', 'rouge_l', 'rougeLsum', 'bleu', 'chrf', 'exact_match'],
} as const;

export interface Measured {
  readonly metrics: unknown;
  readonly unparseable: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** All figures of one arm on one set of rows, by task. */
export function measure(task: TaskShape, rows: readonly Row[], predictions: readonly Prediction[]): Measured {
  const latencies = predictions.flatMap((p) => (p.latencyMs === null ? [] : [p.latencyMs])).sort((a, b) => a - b);
  const unparseable = predictions.filter((p) => p.answer === null).length;
  const common = { unparseable, p50Ms: quantile(latencies, 0.5), p95Ms: quantile(latencies, 0.95) };
  if (task.type !== 'classification') {
    const groups = rows.map((row) => row.group);
    const fields = task.type === 'extraction' ? { fields: fieldEstimates(predictions, groups, { seed }) } : {};
    const notes = task.type === 'generation' ? { notes: [`BLEU: ${bleuSignature(1)}`, `chrF: ${chrfSignature(1)}`] } : {};
    return { metrics: { ...textEstimates(textMetrics[task.type], groups, predictions), ...fields, ...notes }, ...common };
  }
  const answered = predictions.map((p, i) => ({ expected: p.expected, answer: p.answer, group: rows[i]?.group ?? null }));
  const { metrics, perClass, confusion, reliable, notes } = classificationMetrics(answered, task.labels, { seed });
  const scored = scoredMetrics(task, predictions);
  return { metrics: { ...metrics, ...scored.metrics, perClass, confusion, reliable, notes: [...notes, ...scored.notes] }, ...common };
}

function textEstimates(names: readonly string[], groups: readonly (string | null)[], predictions: readonly Prediction[]): Record<string, Estimate> {
  return Object.fromEntries(
    names.map((name) => {
      const sums = rowScores(name, predictions) ?? meanScores(predictions.map((p) => p.marks?.[name] ?? 0));
      return [name, estimateOf(sums, groups, { seed })];
    }),
  );
}

/** Nearest-rank quantile of sorted values; 0 where there are none. */
const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? 0;
