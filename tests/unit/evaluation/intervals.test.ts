import { describe, expect, test } from 'vitest';
import { bcaInterval } from '../../../domain/evaluation/bca.ts';
import { calibration } from '../../../domain/evaluation/calibration.ts';
import { multinomialSampler } from '../../../domain/evaluation/multinomial.ts';
import { normalCdf, normalQuantile } from '../../../domain/evaluation/normal.ts';
import { seededRandom } from '../../../domain/evaluation/random.ts';
import { estimateOf, meanScores } from '../../../domain/evaluation/sums-bootstrap.ts';
import { topK } from '../../../domain/evaluation/top-k.ts';
import { wilsonInterval } from '../../../domain/evaluation/wilson.ts';
import { expectEqual, golden } from './golden.ts';

interface StatisticsCase {
  readonly wilson: readonly [number, number, number, number, number];
  readonly normal: readonly [number, number, number, number];
}
interface CalibrationCase {
  readonly labels: number;
  readonly expected: readonly number[];
  readonly scores: readonly (readonly number[])[];
  readonly brier: number;
  readonly ece: number;
  readonly k: number;
  readonly topK: number;
}

describe('intervals', () => {
  test("Wilson's equals statsmodels", () => {
    golden<StatisticsCase>('statistics').forEach(({ wilson: [hits, n, confidence, low, high] }, i) => {
      const ours = wilsonInterval(hits, n, confidence);
      expectEqual(ours.low, low, `case ${i}, low`);
      expectEqual(ours.high, high, `case ${i}, high`);
    });
  });

  test('the normal distribution equals scipy', () => {
    golden<StatisticsCase>('statistics').forEach(({ normal: [q, z, x, p] }, i) => {
      expectEqual(normalQuantile(q), z, `case ${i}, quantile`);
      expectEqual(normalCdf(x), p, `case ${i}, cumulative`);
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
    golden<CalibrationCase>('calibration').forEach((example, i) => {
      const rows = example.expected.map((expected, r) => ({
        expected: `l${expected}`,
        scores: Object.fromEntries((example.scores[r] ?? []).map((score, k) => [`l${k}`, score])),
      }));
      const ours = calibration(rows);
      expectEqual(ours?.brier ?? Number.NaN, example.brier, `case ${i}, Brier`);
      expectEqual(ours?.ece ?? Number.NaN, example.ece, `case ${i}, ECE`);
      expectEqual(topK(rows, example.k).value, example.topK, `case ${i}, top ${example.k}`);
    });
  });
});
