/** Honesty of the gate by simulation: 10,000 comparisons each, at 1,000 and 2,000 test rows; `value` is the figure further from nominal. */
import { detectableDifference } from '../../domain/gate/power.ts';
import type { BenchCase } from '../document.ts';
import { exactPower } from './exact-power.ts';
import { f1Coverage } from './f1-coverage.ts';
import { accuracyCoverage, falsePromotion, falsePromotionOfBest, falsePromotionOfRuns } from './simulations.ts';

const comparisons = 10_000;
const sizes = [1000, 2000] as const;

interface Study {
  readonly name: string;
  readonly nominal: number;
  readonly min: number | null;
  readonly max: number;
  readonly notes: string;
  readonly run: (n: number) => number;
}

const studies: readonly Study[] = [
  {
    name: 'false-promotion-aa',
    nominal: 0.025,
    min: null,
    max: 0.06,
    notes: 'a candidate exactly as good as the champion',
    run: (n) => falsePromotion({ n, comparisons, seed: 11 }),
  },
  {
    name: 'power-at-detectable',
    nominal: 0.8,
    min: 0.77,
    max: 0.83,
    notes: 'exact, at the difference that the gate calls detectable, 20 % discordant rows',
    run: (n) => exactPower(n, 0.2, detectableDifference(n, 0.2, 0.95), 0.95),
  },
  {
    name: 'coverage-accuracy',
    nominal: 0.95,
    min: 0.935,
    max: 0.965,
    notes: 'paired score interval, true difference 0.03',
    run: (n) => accuracyCoverage({ n, comparisons, seed: 12 }),
  },
  {
    name: 'coverage-f1-20-classes',
    nominal: 0.95,
    min: 0.935,
    max: 0.965,
    notes: 'paired bootstrap of macro F1, 20 labels, 1,000 resamples',
    run: (n) => f1Coverage({ n, comparisons, seed: 13, classes: 20, resamples: 1000 }),
  },
  {
    name: 'false-promotion-five-gated-runs',
    nominal: 0.05,
    min: null,
    max: 0.06,
    notes: 'five candidates, none better, gated one after the other on one test set',
    run: (n) => falsePromotionOfRuns({ n, comparisons, seed: 14, runs: 5 }),
  },
  {
    name: 'false-promotion-ten-candidates',
    nominal: 0.025,
    min: null,
    max: 0.06,
    notes: 'the best of ten on validation rows, none better',
    run: (n) => falsePromotionOfBest({ n, comparisons, seed: 15, candidates: 10 }),
  },
];

export async function cases(report: (line: string) => void): Promise<BenchCase[]> {
  return studies.map(({ name, nominal, min, max, notes, run }) => {
    const shares = sizes.map((n) => {
      report(`${name}, n = ${n}`);
      return run(n);
    });
    const value = shares.toSorted((a, b) => Math.abs(b - nominal) - Math.abs(a - nominal))[0] ?? null;
    const figures = sizes.map((n, i) => `n = ${n}: ${(shares[i] as number).toFixed(4)}`).join(', ');
    return { case: name, unit: 'share', ours: value, peer: null, peerName: null, value, min, max, notes: `${notes}; ${figures}` };
  });
}
