import { describe, expect, test } from 'vitest';
import { classificationMetrics } from '../../../domain/evaluation/classification-metrics.ts';
import { confusionMetricNames } from '../../../domain/evaluation/confusion-metrics.ts';
import { topConfusions } from '../../../domain/evaluation/top-confusions.ts';
import { expectEqual, golden } from './golden.ts';

interface ClassificationCase {
  readonly labels: number;
  readonly expected: readonly number[];
  readonly answer: readonly number[];
  readonly values: Readonly<Record<string, number>>;
  readonly perClass: readonly (readonly [label: number, precision: number, recall: number, f1: number, support: number])[];
}
const name = (k: number) => `label-${k}`;
const cases = golden<ClassificationCase>('classification');
const rowsOf = ({ expected, answer }: ClassificationCase) =>
  expected.map((e, i) => ({ expected: name(e), answer: (answer[i] as number) < 0 ? null : name(answer[i] as number) }));
const labelsOf = ({ labels }: ClassificationCase) => Array.from({ length: labels }, (_, k) => name(k));

describe('classification metrics', () => {
  test('equal scikit-learn, with labels absent from one side and with unparseable answers', () => {
    cases.forEach((example, i) => {
      const { metrics } = classificationMetrics(rowsOf(example), labelsOf(example), { seed: 1, resamples: 10 });
      for (const metric of confusionMetricNames) expectEqual(metrics[metric].value, example.values[metric] as number, `case ${i}, ${metric}`);
    });
  });

  test('per label equal scikit-learn', () => {
    cases.forEach((example, i) => {
      const { perClass } = classificationMetrics(rowsOf(example), labelsOf(example), { seed: 1, resamples: 1 });
      for (const [label, precision, recall, f1, support] of example.perClass) {
        const ours = perClass[name(label)];
        expectEqual(ours?.precision.value ?? Number.NaN, precision, `case ${i}, precision of ${label}`);
        expectEqual(ours?.recall.value ?? Number.NaN, recall, `case ${i}, recall of ${label}`);
        expectEqual(ours?.f1.value ?? Number.NaN, f1, `case ${i}, F1 of ${label}`);
        expect(ours?.support).toBe(support);
      }
    });
  });

  test('put the value inside the interval', () => {
    for (const example of cases) {
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
