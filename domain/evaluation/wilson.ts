import type { Estimate } from '../../contracts/run.ts';
import { normalQuantile } from './normal.ts';

/**
 * Wilson's score interval of a proportion: the p with |p̂ − p| ≤ z·√(p(1 − p)/n).
 * `successes` and `n` may be fractional, as an effective sample size is. With `n` 0 nothing is known: 0 in [0, 1].
 *
 * Source: Wilson, *Probable inference, the law of succession, and statistical inference*, JASA 1927.
 */
export function wilsonInterval(successes: number, n: number, confidence = 0.95): Estimate {
  if (n <= 0) return { value: 0, low: 0, high: 1 };
  const z = normalQuantile(0.5 + confidence / 2);
  const p = successes / n;
  const shrink = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / shrink;
  const half = (z / shrink) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { value: p, low: successes <= 0 ? 0 : Math.max(0, centre - half), high: successes >= n ? 1 : Math.min(1, centre + half) };
}
