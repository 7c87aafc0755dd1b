import type { Artifact } from '../../contracts/artifact.ts';
import type { Prediction, Row } from '../../contracts/rows.ts';
import { classificationMetrics } from '../../domain/evaluation/classification-metrics.ts';
import type { ActivityDeps } from '../deps.ts';

const seed = 7;

export interface Measured { readonly metrics: unknown; readonly unparseable: number; readonly p50Ms: number; readonly p95Ms: number }

/** All figures of one arm on one set of rows, by task. */
export async function measure(_deps: ActivityDeps, artifact: Artifact, rows: readonly Row[], predictions: readonly Prediction[]): Promise<Measured> {
  const latencies = predictions.flatMap((p) => (p.latencyMs === null ? [] : [p.latencyMs])).sort((a, b) => a - b);
  const speed = { p50Ms: quantile(latencies, 0.5), p95Ms: quantile(latencies, 0.95) };
  const unparseable = predictions.filter((p) => p.answer === null).length;
  switch (artifact.task.type) {
    case 'classification': {
      const answered = predictions.map((p, i) => ({ expected: p.expected, answer: p.answer, group: rows[i]?.group ?? null }));
      const { metrics, perClass, confusion, reliable, notes } = classificationMetrics(answered, artifact.task.labels, { seed });
      return { metrics: { ...metrics, perClass, confusion, reliable, notes }, unparseable, ...speed };
    }
    case 'extraction':
    case 'generation':
      throw new RangeError(`no metrics for ${artifact.task.type} yet`);
  }
}

/** Nearest-rank quantile of sorted values; 0 where there are none. */
const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? 0;
