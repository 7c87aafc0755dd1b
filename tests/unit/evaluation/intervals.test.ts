import { describe, expect, test } from 'vitest';
import { acceleration, bcaInterval } from '../../../domain/evaluation/bca.ts';
import { calibration } from '../../../domain/evaluation/calibration.ts';
import { multinomialSampler } from '../../../domain/evaluation/multinomial.ts';
import { normalCdf, normalQuantile } from '../../../domain/evaluation/normal.ts';
import { seededRandom } from '../../../domain/evaluation/random.ts';
import { estimateOf, meanScores } from '../../../domain/evaluation/sums-bootstrap.ts';
import { topK } from '../../../domain/evaluation/top-k.ts';
import { wilsonInterval } from '../../../domain/evaluation/wilson.ts';
import { spearman, weightedKappa } from '../../../domain/evaluation/judge/agreement.ts';
import { multiLabelMetricNames, multiLabelValue } from '../../../domain/evaluation/multi-label.ts';
import { auroc, falseAcceptAt, outOfScope } from '../../../domain/evaluation/out-of-scope.ts';
import { studentQuantile } from '../../../domain/evaluation/student.ts';
import { bootstrapCase, calibrationCase, multiLabelCase, outOfScopeCase, statisticsCase } from '../../oracles/draws.ts';
import { expectEqual, golden } from './golden.ts';

const statistics = golden('statistics');

describe('intervals', () => {
  test("Wilson's equals statsmodels", () => {
    expect(statistics).toHaveLength(1000);
    statistics.forEach(([low, high], i) => {
      const { hits, n, confidence } = statisticsCase(i).wilson;
      const ours = wilsonInterval(hits, n, confidence);
      expectEqual(ours.low, low, `case ${i}, low`);
      expectEqual(ours.high, high, `case ${i}, high`);
    });
  });

  test("the normal distribution and Student's equal scipy", () => {
    statistics.forEach(([, , , z, p, t], i) => {
      const { probability, degrees } = statisticsCase(i);
      expectEqual(normalQuantile(probability), z, `case ${i}, quantile`);
      expectEqual(normalCdf(8 * probability - 4), p, `case ${i}, cumulative`);
      const student = studentQuantile(probability, degrees);
      expect(Math.abs(student - (t ?? Number.NaN)) / Math.max(1, Math.abs(t ?? 0)), `case ${i}, Student`).toBeLessThan(1e-7);
    });
  });

  test("BCa takes the quantiles that scipy's takes, with its acceleration", () => {
    golden('bootstrap').forEach(([low, high, a], i) => {
      const { sample, resamples, confidence } = bootstrapCase(i);
      const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
      const resampled = Float64Array.from(resamples, (draws) => mean(draws.map((at) => sample[at] as number)));
      const leftOut = sample.map((_, out) => mean(sample.filter((__, at) => at !== out)));
      expectEqual(acceleration(leftOut), a, `case ${i}, acceleration`);
      const ours = bcaInterval({ value: mean(sample), resampled, acceleration: acceleration(leftOut) }, confidence);
      expectEqual(ours.low, low, `case ${i}, low`);
      expectEqual(ours.high, high, `case ${i}, high`);
    });
  });

  test('resampled counts have the mean, the variance and the covariance of a multinomial', () => {
    const counts = Int32Array.of(5, 40, 900, 1, 2500);
    const n = 3446;
    const draw = multinomialSampler(counts, seededRandom(4));
    const into = new Int32Array(5);
    const draws = 20_000;
    const [sums, squares, cross] = [new Float64Array(5), new Float64Array(5), new Float64Array(5)];
    for (let b = 0; b < draws; b += 1) {
      draw(into);
      expect(into.reduce((a, c) => a + c, 0)).toBe(n);
      into.forEach((count, i) => {
        const off = count - (counts[i] as number);
        sums[i]! += off;
        squares[i]! += off * off;
        cross[i]! += off * ((into[4] as number) - 2500);
      });
    }
    counts.forEach((count, i) => {
      const variance = count * (1 - count / n);
      const covariance = i === 4 ? variance : (-count * 2500) / n;
      expect(Math.abs((sums[i] as number) / draws)).toBeLessThan(4 * Math.sqrt(variance / draws));
      expect(Math.abs((squares[i] as number) / draws / variance - 1)).toBeLessThan(0.06);
      expect(Math.abs(((cross[i] as number) / draws - covariance) / Math.sqrt(variance * 2500 * (1 - 2500 / n)))).toBeLessThan(0.03);
    });
  });

  test('BCa without bias and acceleration is the percentile interval', () => {
    const resampled = Float64Array.from({ length: 999 }, (_, i) => i - 499);
    const { low, high } = bcaInterval({ value: 0, resampled, acceleration: 0 }, 0.95);
    expect(low).toBeCloseTo(-475, 6);
    expect(high).toBeCloseTo(475, 6);
  });

  test('of means cover the truth of skewed scores', () => {
    const random = seededRandom(8);
    let covered = 0;
    for (let k = 0; k < 400; k += 1) {
      const scores = Array.from({ length: 120 }, () => -Math.log(1 - random.unit()));
      const { low, high } = estimateOf(meanScores(scores), [], { seed: k, resamples: 600 });
      if (low <= 1 && 1 <= high) covered += 1;
    }
    expect(covered / 400).toBeGreaterThan(0.91);
    expect(covered / 400).toBeLessThan(0.98);
  });

  test('calibration and top-k equal scikit-learn and numpy', () => {
    golden('calibration').forEach(([brier, ece, top], i) => {
      const example = calibrationCase(i);
      const rows = example.expected.map((expected, r) => ({
        expected: `l${expected}`,
        scores: Object.fromEntries((example.scores[r] ?? []).map((score, k) => [`l${k}`, score])),
      }));
      const ours = calibration(rows);
      expectEqual(ours?.brier, brier, `case ${i}, Brier`);
      expectEqual(ours?.ece, ece, `case ${i}, ECE`);
      expectEqual(topK(rows, example.top).value, top, `case ${i}, top ${example.top}`);
    });
  });
});

describe('agreement of two graders', () => {
  test("is scikit-learn's weighted kappa and scipy's rank correlation", () => {
    statistics.forEach((figures, i) => {
      const [people, judge] = [0, 1].map((side) => statisticsCase(i).grades.map((pair) => pair[side] as number)) as [number[], number[]];
      expectEqual(weightedKappa(people, judge), figures[6], `case ${i}, kappa`);
      expectEqual(spearman(people, judge), figures[7], `case ${i}, Spearman`);
    });
  });
});

describe('sets of labels', () => {
  test('are scored as scikit-learn scores them', () => {
    golden('multi-label').forEach((figures, i) => {
      const { labels, expected, answer } = multiLabelCase(i);
      const set = (places: readonly number[] | undefined) => new Set((places ?? []).map((k) => `l${k}`));
      const rows = expected.map((e, r) => ({ expected: set(e), answer: set(answer[r]) }));
      const names = Array.from({ length: labels }, (_, k) => `l${k}`);
      multiLabelMetricNames.forEach((metric, k) => {
        expectEqual(multiLabelValue(metric, rows, names), figures[k], `case ${i}, ${metric}`);
      });
    });
  });
});

describe('out of scope', () => {
  test('is told apart as well as scikit-learn says', () => {
    golden('out-of-scope').forEach(([area, accepted], i) => {
      const { inScope, confidence } = outOfScopeCase(i);
      const rows = inScope.map((isInside, r) => ({ isInside, confidence: confidence[r] as number }));
      expectEqual(auroc(rows), area, `case ${i}, AUROC`);
      expectEqual(falseAcceptAt(rows, 0.95), accepted, `case ${i}, false acceptance`);
    });
  });

  test('counts what an arm lets in and keeps out, and nothing where every message is inside', () => {
    const row = (isInside: boolean, saysInside: boolean) => ({ isInside, saysInside, confidence: null });
    const rows = [row(true, true), row(true, false), row(false, false), row(false, true)];
    expect(outOfScope(rows)).toMatchObject({ recall: { value: 0.5 }, precision: { value: 0.5 }, auroc: null });
    expect(outOfScope([row(true, true)])).toBeNull();
  });
});
