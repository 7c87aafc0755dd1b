/**
 * How much less rows that share a source tell than independent ones: the ratio of the cluster-robust variance of a mean to the naive one.
 *
 * deff = [G/(G − 1) · Σ_g (Σ_{i∈g} (x_i − x̄))²] / Σ_i (x_i − x̄)², and never below 1. Dividing n by it gives the effective sample size.
 * `groups[i]` null means that row i stands alone. Returns 1 where no group repeats or nothing varies.
 *
 * Source: Liang and Zeger 1986; Miller, *Adding error bars to evals*, arXiv 2411.00640.
 */
export function designEffect(values: readonly number[], groups: readonly (string | null)[]): number {
  const n = values.length;
  if (n < 2) return 1;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const sums = new Map<string, number>();
  let alone = 0;
  let clustered = 0;
  let naive = 0;
  values.forEach((value, i) => {
    const deviation = value - mean;
    naive += deviation * deviation;
    const group = groups[i] ?? null;
    if (group === null) {
      alone += 1;
      clustered += deviation * deviation;
    } else sums.set(group, (sums.get(group) ?? 0) + deviation);
  });
  const count = alone + sums.size;
  if (count === n || naive === 0) return 1;
  if (count < 2) return n;
  for (const sum of sums.values()) clustered += sum * sum;
  return Math.min(n, Math.max(1, ((count / (count - 1)) * clustered) / naive));
}
