/** Below this a look proves nothing that a test set of ordinary size could show. */
const smallestAlpha = 0.0005;

/**
 * The one-sided error probability that the `look`-th gated run on one test set may spend: (1 − confidence)/2 at the first, half of the one before
 * at each later one. So however many runs there are, the chance that any of them promotes a model that is no better stays below 1 − confidence.
 * Null when the share would fall under 0.0005: the test set is spent, and the gate asks for fresh rows.
 *
 * `look` counts from 1. At confidence 0.95: 0.025, 0.0125, 0.00625, 0.003125, 0.0015625, 0.00078125, then null.
 */
export function alphaForLook(confidence: number, look: number): number | null {
  if (!Number.isInteger(look) || look < 1) throw new RangeError(`a look is counted from 1, not ${look}`);
  const alpha = (1 - confidence) / 2 ** look;
  return alpha < smallestAlpha - 1e-15 ? null : alpha;
}
