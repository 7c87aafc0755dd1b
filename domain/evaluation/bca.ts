import type { Estimate } from '../../contracts/run.ts';
import { normalCdf, normalQuantile } from './normal.ts';

/** `resampled` are the bootstrap's values in any order; `acceleration` is 0 for the bias-corrected percentile interval. */
export interface BootstrapDistribution {
  readonly value: number;
  readonly resampled: Float64Array;
  readonly acceleration: number;
}

/**
 * Bias-corrected and accelerated bootstrap interval: the quantiles Φ(z₀ + (z₀ + z_α)/(1 − a(z₀ + z_α))) of the resampled values,
 * with z₀ from the share below the observed value (ties count half).
 *
 * Source: Efron, *Better bootstrap confidence intervals*, JASA 1987.
 */
export function bcaInterval({ value, resampled, acceleration }: BootstrapDistribution, confidence = 0.95): Estimate {
  const b = resampled.length;
  if (b === 0 || !Number.isFinite(value)) return { value, low: Number.NaN, high: Number.NaN };
  const sorted = Float64Array.from(resampled).sort();
  let below = 0;
  let ties = 0;
  for (const x of sorted) {
    if (Math.abs(x - value) <= 1e-12 * Math.max(1, Math.abs(value))) ties += 1;
    else if (x < value) below += 1;
  }
  const share = Math.min(Math.max((below + ties / 2) / b, 0.5 / b), 1 - 0.5 / b);
  const z0 = normalQuantile(share);
  const at = (probability: number) => {
    const z = z0 + normalQuantile(probability);
    const shrink = 1 - acceleration * z;
    return quantile(sorted, shrink <= 0 ? (z > 0 ? 1 : 0) : normalCdf(z0 + z / shrink));
  };
  return { value, low: at(0.5 - confidence / 2), high: at(0.5 + confidence / 2) };
}

/** Linear interpolation at (b + 1)·p − 1, so that both tails hold the share of resamples that they should. */
function quantile(sorted: Float64Array, probability: number): number {
  const position = Math.min(Math.max((sorted.length + 1) * probability - 1, 0), sorted.length - 1);
  const floor = Math.floor(position);
  const lower = sorted[floor] as number;
  const upper = sorted[Math.min(floor + 1, sorted.length - 1)] as number;
  return lower + (upper - lower) * (position - floor);
}

/** Efron's acceleration Σ d³ / (6 (Σ d²)^{3/2}), d = jackknife mean − leave-one-out value, where value i stands for `weights[i]` equal rows. */
export function acceleration(leaveOneOut: ArrayLike<number>, weights?: ArrayLike<number>): number {
  let total = 0;
  let mean = 0;
  for (let i = 0; i < leaveOneOut.length; i += 1) {
    const weight = weights?.[i] ?? 1;
    total += weight;
    mean += weight * (leaveOneOut[i] ?? 0);
  }
  mean /= total;
  let squares = 0;
  let cubes = 0;
  for (let i = 0; i < leaveOneOut.length; i += 1) {
    const weight = weights?.[i] ?? 1;
    const d = mean - (leaveOneOut[i] ?? 0);
    squares += weight * d * d;
    cubes += weight * d * d * d;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}
