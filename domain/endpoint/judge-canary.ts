import jstat from 'jstat';

/** Chance of taking back, at one look, a version that fails exactly as often as it may; ten looks together stay below one per cent. */
const chance = 0.001;

/**
 * Whether `failed` of `served` requests show, before the trial is over, that a version fails more often than `maxErrorRate` allows:
 * P(X ≥ failed) < 0.001 for X binomial(served, maxErrorRate), by the regularised incomplete beta function. A single failed request shows nothing
 * unless hardly any may fail.
 */
export function isShownToFail(failed: number, served: number, maxErrorRate: number): boolean {
  if (failed === 0 || maxErrorRate >= 1) return false;
  return jstat.ibeta(maxErrorRate, failed, served - failed + 1) < chance;
}
