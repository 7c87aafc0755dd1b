import { normalQuantile } from '../evaluation/normal.ts';

/** Of n rows: `gains` that only the candidate answers rightly, `losses` that only the target does. May be fractional, as effective counts are. */
export interface PairedCounts {
  readonly n: number;
  readonly gains: number;
  readonly losses: number;
}

/**
 * Tango's score interval for the difference of paired proportions: the Δ with |b − c − nΔ| ≤ z·√(n(2q̃ + Δ(1 − Δ))),
 * b gains, c losses, q̃ the loss probability that is most likely if the difference is Δ. It exists also where b + c = 0, and covers well in small samples.
 *
 * Source: Tango, *Equivalence test and confidence interval for the difference in proportions for the paired-sample design*, Statistics in Medicine 1998.
 */
export function tangoInterval({ n, gains, losses }: PairedCounts, confidence: number): { low: number; high: number } {
  const z = normalQuantile(0.5 + confidence / 2);
  const difference = (gains - losses) / n;
  return {
    low: boundary(-1, difference, (delta) => score(n, gains, losses, delta) > z),
    high: boundary(1, difference, (delta) => score(n, gains, losses, delta) < -z),
  };
}

function score(n: number, gains: number, losses: number, delta: number): number {
  const b = (2 * n - gains + losses) * delta - gains - losses;
  const c = -losses * delta * (1 - delta);
  const q = (Math.sqrt(Math.max(0, b * b - 8 * n * c)) - b) / (4 * n);
  const variance = n * (2 * q + delta * (1 - delta));
  const excess = gains - losses - n * delta;
  if (variance <= 0) return excess === 0 ? 0 : Math.sign(excess) * Infinity;
  return excess / Math.sqrt(variance);
}

/** The score falls as Δ grows, so the limit between refused and accepted differences is found by halving. */
function boundary(outer: number, inner: number, refused: (delta: number) => boolean): number {
  if (!refused(outer)) return outer;
  let [outside, inside] = [outer, inner];
  for (let step = 0; step < 60 && Math.abs(outside - inside) > 1e-13; step += 1) {
    const middle = (outside + inside) / 2;
    if (refused(middle)) outside = middle;
    else inside = middle;
  }
  return inside;
}
