import { describe, expect, test } from 'vitest';
import { exactPower } from '../../../bench/gate/exact-power.ts';
import { f1Coverage } from '../../../bench/gate/f1-coverage.ts';
import { accuracyCoverage, falsePromotion, falsePromotionOfBest, falsePromotionOfRuns } from '../../../bench/gate/simulations.ts';
import { detectableDifference } from '../../../domain/gate/power.ts';

/** The gate's promises, counted where the truth is known; the benchmark counts them at full size. Seeds are fixed, so the counts are too. */
describe('the gate is honest', () => {
  test('a candidate as good as the champion is seldom promoted', () => {
    expect(falsePromotion({ n: 300, comparisons: 300, seed: 1 })).toBeLessThan(0.045);
  });

  test('five gated runs on one test set stay within one error budget', () => {
    expect(falsePromotionOfRuns({ n: 300, comparisons: 120, seed: 2, runs: 5 })).toBeLessThan(0.08);
  });

  test('the best of ten on validation rows is no more often promoted than one', () => {
    expect(falsePromotionOfBest({ n: 300, comparisons: 200, seed: 3, candidates: 10 })).toBeLessThan(0.05);
  });

  test('the detectable difference is detected in four cases of five', () => {
    for (const n of [300, 1000]) expect(Math.abs(exactPower(n, 0.2, detectableDifference(n, 0.2, 0.95), 0.95) - 0.8)).toBeLessThan(0.03);
  });

  test('intervals of accuracy cover the truth', () => {
    for (const n of [50, 1000]) expect(Math.abs(accuracyCoverage({ n, comparisons: 1000, seed: 4 }) - 0.95)).toBeLessThan(0.02);
  });

  test('intervals of macro F1 cover the truth', () => {
    expect(Math.abs(f1Coverage({ n: 1000, comparisons: 100, seed: 5, classes: 20, resamples: 200 }) - 0.95)).toBeLessThan(0.05);
  });
});
