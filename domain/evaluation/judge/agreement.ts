/** Whether a judge grades as people do, on rows that both have graded. */

export interface Agreement {
  readonly n: number;
  /** Cohen's kappa with quadratic weights: 1 means the same grades, 0 no better than chance. */
  readonly kappa: number | null;
  /** Rank correlation. */
  readonly spearman: number | null;
}

/** Grades 1 … 5 of person and judge, row by row. Null where a figure is not defined: too few rows, or one side that always says the same. */
export function agreement(pairs: readonly { readonly person: number; readonly judge: number }[]): Agreement {
  const [a, b] = [pairs.map(({ person }) => person), pairs.map(({ judge }) => judge)];
  return { n: pairs.length, kappa: weightedKappa(a, b), spearman: spearman(a, b) };
}

/**
 * 1 − Σ (a − b)² observed / expected by chance: equals scikit-learn's `cohen_kappa_score(…, weights='quadratic')` on whole grades.
 *
 * Source: Cohen, *Weighted kappa*, Psychological Bulletin 1968.
 */
export function weightedKappa(a: readonly number[], b: readonly number[]): number | null {
  if (a.length === 0) return null;
  let [observed, expected] = [0, 0];
  a.forEach((x, i) => {
    observed += (x - (b[i] as number)) ** 2;
    for (const y of b) expected += (x - y) ** 2 / a.length;
  });
  return expected === 0 ? null : 1 - observed / expected;
}

/** Pearson's correlation of the mean ranks, as scipy's `spearmanr`. */
export function spearman(a: readonly number[], b: readonly number[]): number | null {
  if (a.length < 2) return null;
  const [x, y] = [meanRanks(a), meanRanks(b)];
  const centre = (a.length + 1) / 2;
  let [cross, left, right] = [0, 0, 0];
  x.forEach((rank, i) => {
    const [dx, dy] = [rank - centre, (y[i] as number) - centre];
    cross += dx * dy;
    left += dx * dx;
    right += dy * dy;
  });
  return left === 0 || right === 0 ? null : cross / Math.sqrt(left * right);
}

function meanRanks(values: readonly number[]): number[] {
  const sorted = values.toSorted((p, q) => p - q);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}
