import { designEffect } from '../evaluation/design-effect.ts';
import { normalCdf } from '../evaluation/normal.ts';
import { exactMcNemar } from './mcnemar.ts';
import { tangoInterval, type PairedCounts } from './tango.ts';

export interface PairedDifference {
  /** Candidate minus target. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided, of the hypothesis that the arms are equally good. */
  readonly p: number;
}

export interface PairedAccuracy extends PairedDifference {
  /** Rows that only the candidate, and only the target, answers rightly. */
  readonly gains: number;
  readonly losses: number;
  /** By how much shared sources inflate the variance; 1 for independent rows. */
  readonly designEffect: number;
}

/**
 * Difference of two accuracies on the same rows: Tango's score interval beside the exact McNemar test.
 *
 * `a[i]` and `b[i]` say whether candidate and target answer row i rightly. Where `groups` repeat, counts are divided by the design effect of the row
 * differences first, and p comes from the normal approximation with the same division (as Durkalski 2003 does). Throws RangeError on unequal lengths.
 *
 * @example pairedAccuracy([true, true, false], [true, false, false], 0.95).difference // 1/3
 */
export function pairedAccuracy(
  a: readonly boolean[],
  b: readonly boolean[],
  confidence: number,
  groups: readonly (string | null)[] = [],
): PairedAccuracy {
  if (a.length !== b.length) throw new RangeError(`candidate has ${a.length} rows and target ${b.length}`);
  const differences = a.map((right, i) => Number(right) - Number(b[i]));
  const counts = pairedCounts(a, b);
  const { n, gains, losses } = counts;
  const effect = designEffect(differences, groups);
  if (n === 0) return { difference: 0, low: -1, high: 1, p: 1, gains, losses, designEffect: 1 };
  const { low, high } = tangoInterval({ n: n / effect, gains: gains / effect, losses: losses / effect }, confidence);
  const p = effect === 1 ? exactMcNemar(gains, losses) : clusteredP(counts, effect);
  return { difference: (gains - losses) / n, low, high, p, gains, losses, designEffect: effect };
}

export function pairedCounts(a: readonly boolean[], b: readonly boolean[]): PairedCounts {
  let gains = 0;
  let losses = 0;
  a.forEach((right, i) => {
    if (right && !b[i]) gains += 1;
    if (!right && b[i]) losses += 1;
  });
  return { n: a.length, gains, losses };
}

function clusteredP({ gains, losses }: PairedCounts, effect: number): number {
  return gains === losses ? 1 : 2 * normalCdf(-Math.abs(gains - losses) / Math.sqrt((gains + losses) * effect));
}
