/**
 * Holm's step-down correction: adjusted p-values, in the order given, so that all that are at or below α may be believed together with a chance of
 * at most α that any of them is luck. p̃₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1)·p₍ⱼ₎), p₍₁₎ being the smallest of m.
 *
 * Source: Holm, *A simple sequentially rejective multiple test procedure*, 1979; equals statsmodels' `multipletests(…, method='holm')`.
 *
 * @example holm([0.01, 0.04, 0.03]) // [0.03, 0.06, 0.06]
 */
export function holm(ps: readonly number[]): number[] {
  const adjusted = new Array<number>(ps.length);
  let highest = 0;
  [...ps.keys()]
    .toSorted((i, j) => (ps[i] as number) - (ps[j] as number))
    .forEach((place, rank) => {
      highest = Math.max(highest, Math.min(1, (ps.length - rank) * (ps[place] as number)));
      adjusted[place] = highest;
    });
  return adjusted;
}
