/** The standard normal distribution: what every interval and test of evaluation and gate stands on. */
import jstat from 'jstat';

/** The z with P(Z ≤ z) = `probability`; ±Infinity at 1 and 0. */
export function normalQuantile(probability: number): number {
  if (probability <= 0) return -Infinity;
  if (probability >= 1) return Infinity;
  return jstat.normal.inv(probability, 0, 1);
}

/** P(Z ≤ z). */
export function normalCdf(z: number): number {
  if (z === Infinity) return 1;
  if (z === -Infinity) return 0;
  return jstat.normal.cdf(z, 0, 1);
}
