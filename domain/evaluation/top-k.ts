import type { Estimate } from '../../contracts/run.ts';
import type { ScoredRow } from './label-probabilities.ts';
import { wilsonInterval } from './wilson.ts';

/** Share of rows whose expected label is among the `k` best scored, with Wilson's interval. Ties go to the label listed first. */
export function topK(rows: readonly ScoredRow[], k: number, confidence = 0.95): Estimate {
  const hits = rows.filter(({ expected, scores }) =>
    Object.entries(scores)
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, k)
      .some(([label]) => label === expected),
  ).length;
  return wilsonInterval(hits, rows.length, confidence);
}
