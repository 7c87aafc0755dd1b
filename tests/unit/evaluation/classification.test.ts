import { describe, expect, test } from 'vitest';
import { classificationMetrics } from '../../../domain/evaluation/classification-metrics.ts';
import { confusionMetricNames } from '../../../domain/evaluation/confusion-metrics.ts';
import { topConfusions } from '../../../domain/evaluation/top-confusions.ts';
import { classificationCase } from '../../oracles/draws.ts';
import { expectEqual, golden } from './golden.ts';

const name = (k: number) => `label-${k}`;
const theirs = golden('classification');
type ClassificationCase = ReturnType<typeof classificationCase>;
const cases = theirs.map((_, i) => classificationCase(i));
const rowsOf = ({ expected, answer }: ClassificationCase) =>
  expected.map((e, i) => ({ expected: name(e), answer: (answer[i] as number) < 0 ? null : name(answer[i] as number) }));
const labelsOf = ({ labels }: ClassificationCase) => Array.from({ length: labels }, (_, k) => name(k));

describe('classification metrics', () => {
  test('equal scikit-learn on 1,000 cases, with labels absent from one side and with unparseable answers', () => {
    expect(cases).toHaveLength(1000);
    cases.forEach((example, i) => {
      const { metrics, perClass } = classificationMetrics(rowsOf(example), labelsOf(example), { seed: 1, resamples: 1 });
      confusionMetricNames.forEach((metric, k) => {
        expectEqual(metrics[metric].value, theirs[i]?.[k], `case ${i}, ${metric}`);
      });
      // Per label, as sums over labels weighted by 1, 2, 3, …, which differ where any label does.
      const seen = Object.entries(perClass).filter(([label, { support }]) => support > 0 || example.answer.some((a) => name(a) === label));
      const weighted = (pick: (c: (typeof perClass)[string]) => number) =>
        seen.reduce((sum, [label, c]) => sum + ((Number(label.slice('label-'.length)) + 1) * pick(c)) / 100, 0);
      const sums = [weighted((c) => c.precision.value), weighted((c) => c.recall.value), weighted((c) => c.f1.value), weighted((c) => c.support)];
      sums.forEach((sum, k) => {
        expectEqual(sum, theirs[i]?.[confusionMetricNames.length + k], `case ${i}, per label ${k}`);
      });
    });
  });

  test('put the value inside the interval', () => {
    for (const example of cases.slice(0, 200)) {
      const { metrics } = classificationMetrics(rowsOf(example), labelsOf(example), { seed: 3, resamples: 200 });
      for (const metric of ['accuracy', 'recall_weighted'] as const) {
        expect(metrics[metric].low).toBeLessThanOrEqual(metrics[metric].value);
        expect(metrics[metric].high).toBeGreaterThanOrEqual(metrics[metric].value);
      }
      for (const estimate of Object.values(metrics)) expect(estimate.low).toBeLessThanOrEqual(estimate.high);
    }
  });

  test('do not call a perfect score on few rows certain', () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ expected: name(i % 2), answer: name(i % 2) }));
    const { metrics } = classificationMetrics(rows, [name(0), name(1)], { seed: 1 });
    expect(metrics.f1_macro).toMatchObject({ value: 1, high: 1 });
    expect(metrics.f1_macro.low).toBeLessThan(0.95);
  });

  test('count answers that are no label as unparseable and wrong, in the last column', () => {
    const rows = [
      { expected: 'a', answer: null },
      { expected: 'a', answer: 'zebra' },
      { expected: 'b', answer: 'b' },
    ];
    const result = classificationMetrics(rows, ['a', 'b'], { seed: 1 });
    expect(result).toMatchObject({
      n: 3,
      unparseable: 2,
      reliable: false,
      confusion: {
        labels: ['a', 'b'],
        counts: [
          [0, 0, 2],
          [0, 1, 0],
        ],
      },
    });
    expect(result.metrics.accuracy.value).toBeCloseTo(1 / 3, 12);
    expect(topConfusions(result.confusion, 5)).toEqual([{ expected: 'a', answered: null, count: 2 }]);
  });

  test('are the same for the same seed', () => {
    const example = cases[0] as ClassificationCase;
    const once = () => classificationMetrics(rowsOf(example), labelsOf(example), { seed: 5 });
    expect(once()).toEqual(once());
  });

  test('widen where rows share a source', () => {
    const rows = Array.from({ length: 400 }, (_, i) => ({
      expected: 'a',
      answer: Math.floor(i / 20) % 3 === 0 ? 'b' : 'a',
      group: `thread-${Math.floor(i / 20)}`,
    }));
    const clustered = classificationMetrics(rows, ['a', 'b'], { seed: 1 });
    const alone = classificationMetrics(
      rows.map((row) => ({ ...row, group: null })),
      ['a', 'b'],
      { seed: 1 },
    );
    const width = (result: typeof alone, metric: 'accuracy' | 'f1_weighted') => result.metrics[metric].high - result.metrics[metric].low;
    expect(width(clustered, 'accuracy')).toBeGreaterThan(3 * width(alone, 'accuracy'));
    expect(width(clustered, 'f1_weighted')).toBeGreaterThan(3 * width(alone, 'f1_weighted'));
    expect(clustered.notes.join()).toContain('rows share sources');
  });

  test('of no rows are zero and unreliable', () => {
    const { metrics, reliable } = classificationMetrics([], ['a', 'b'], { seed: 1 });
    expect(metrics.accuracy).toEqual({ value: 0, low: 0, high: 1 });
    expect(reliable).toBe(false);
  });
});
