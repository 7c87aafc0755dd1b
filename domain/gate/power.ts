/** How much a paired test can see: differences that it detects, and rows that it needs. */
import { normalQuantile } from '../evaluation/normal.ts';

/**
 * The smallest true difference that a paired test of `n` rows proves to exceed `minimumGain` with probability `power`.
 *
 * Solves √n·(d − g) = z_{conf}·√(ψ − g²) + z_{power}·√(ψ − d²) for d, ψ being `discordance`, the share of rows that only one of the arms answers rightly.
 * A difference cannot exceed the discordance, so ψ grows with d where it must. `confidence` is that of the two-sided interval. At most 1.
 *
 * Source: Connor, *Sample size for testing differences in proportions for the paired-sample design*, Biometrics 1987.
 *
 * @example detectableDifference(870, 0.1, 0.95) // 0.03
 */
export function detectableDifference(n: number, discordance: number, confidence: number, power = 0.8, minimumGain = 0): number {
  let low = minimumGain;
  let high = 1;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (rowsToPromote(middle, discordance, confidence, power, minimumGain) > n) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Rows after which a test could tell, if the true difference and discordance are those observed: either that the gain exceeds `minimumGain`,
 * or that it does not exceed `minimumGain + equivalence`, whichever takes fewer. Null only where the difference is not a number.
 * A plan built on an observed difference is rough: the true one may be smaller.
 */
export function rowsNeeded(
  observed: { difference: number; discordance: number },
  confidence: number,
  power = 0.8,
  minimumGain = 0,
  equivalence = 0,
): number | null {
  const { difference, discordance } = observed;
  if (!Number.isFinite(difference)) return null;
  const rows = Math.min(
    rowsToPromote(difference, discordance, confidence, power, minimumGain),
    rowsToReject(difference, discordance, confidence, power, minimumGain + equivalence),
  );
  return Number.isFinite(rows) ? Math.ceil(rows - 1e-9) : null;
}

function rowsToPromote(difference: number, discordance: number, confidence: number, power: number, minimumGain: number): number {
  if (difference <= minimumGain) return Infinity;
  return (reach(Math.max(discordance, difference), minimumGain, difference, confidence, power) / (difference - minimumGain)) ** 2;
}

function rowsToReject(difference: number, discordance: number, confidence: number, power: number, limit: number): number {
  if (difference >= limit) return Infinity;
  return (reach(Math.max(discordance, Math.abs(difference)), limit, difference, confidence, power) / (limit - difference)) ** 2;
}

/** z_{conf}·√(variance at the limit) + z_{power}·√(variance at the true difference), each per row. */
function reach(discordance: number, limit: number, difference: number, confidence: number, power: number): number {
  const atLimit = Math.max(discordance, Math.abs(limit)) - limit ** 2;
  const atTruth = discordance - difference ** 2;
  return normalQuantile(0.5 + confidence / 2) * Math.sqrt(Math.max(0, atLimit)) + normalQuantile(power) * Math.sqrt(Math.max(0, atTruth));
}
