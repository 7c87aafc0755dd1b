/**
 * Exact two-sided McNemar test: of `gains` + `losses` rows on which two arms differ, each is a gain with probability ½ if the arms are equally good.
 * p = min(1, 2·P(X ≤ min(gains, losses))), X binomial(gains + losses, ½). 1 where the arms never differ. Not the mid-p, which is smaller by half of
 * the observed count's probability: the exact test keeps its level whatever the number of differing rows.
 *
 * Source: McNemar 1947.
 */
export function exactMcNemar(gains: number, losses: number): number {
  const trials = gains + losses;
  const fewer = Math.min(gains, losses);
  if (trials === 0) return 1;
  let logTerm = -trials * Math.LN2;
  for (let k = 1; k <= fewer; k += 1) logTerm += Math.log((trials - k + 1) / k);
  // Terms fall from the largest, k = fewer, downwards; relative to it they cannot overflow.
  let term = 1;
  let sum = 1;
  for (let k = fewer; k > 0 && term > 1e-18 * sum; k -= 1) {
    term *= k / (trials - k + 1);
    sum += term;
  }
  return Math.min(1, 2 * Math.exp(logTerm) * sum);
}
