import { expect, test } from 'vitest';
import { measure } from '../../../activities/evaluation/measure.ts';
import type { Prediction, Row } from '../../../contracts/rows.ts';
import { scoredMetrics } from '../../../domain/evaluation/scored-metrics.ts';

const task = { type: 'classification', labels: ['billing', 'delivery', 'login', 'other'], outOfScope: 'other' } as const;
const said = (expected: string, answer: string, scores: Prediction['scores']): Prediction => ({
  row: `${expected}:${answer}`,
  expected,
  answer,
  raw: answer,
  scores,
  latencyMs: 1,
  promptTokens: 1,
  completionTokens: 1,
  error: null,
});
const sure = (label: string) => Object.fromEntries(task.labels.map((l) => [l, l === label ? -0.1 : -4]));

test('messages that are out of scope are counted as seen or let in, and the scores say how well they stand apart', () => {
  const predictions = [
    said('billing', 'billing', sure('billing')),
    said('delivery', 'other', sure('other')),
    said('other', 'other', sure('other')),
    said('other', 'login', sure('login')),
  ];
  const { metrics, notes } = scoredMetrics(task, predictions);
  expect(metrics.out_of_scope_recall?.value).toBe(0.5);
  expect(metrics.out_of_scope_precision?.value).toBe(0.5);
  // Of labels that are equally unlikely the first two count.
  expect(metrics.top_3?.value).toBe(0.75);
  expect(notes.join()).toContain('area under the ROC curve of 0.500');
  expect(scoredMetrics(task, [said('billing', 'billing', null)])).toMatchObject({ metrics: {}, notes: [expect.stringContaining('not measured')] });
});

test('generated answers are measured by every text metric, with the signatures that make them comparable', () => {
  const prediction = { ...said('two years', 'two years', null), marks: { similarity: 1 } };
  const { metrics } = measure({ type: 'generation' }, [{ id: 'a', group: null } as Row], [prediction]);
  expect(metrics).toMatchObject({
    rouge1: { value: 1 },
    rougeLsum: { value: 1 },
    chrf: { value: 1 },
    notes: [expect.stringContaining('tok:13a'), expect.stringContaining('nc:6')],
  });
});
