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

/**
 * Difference of two accuracies on the same rows: Tango's score interval beside the exact McNemar test.
 *
 * `a[i]` and `b[i]` say whether candidate and target answer row i rightly. Where `groups` repeat, counts are divided by the design effect of the row
 * differences first, and p comes from the normal approximation with the same division (as Durkalski 2003 does). Throws RangeError on unequal lengths.
 *
 * @example pairedAccuracy([true, true, false], [true, false, false], 0.95).difference // 1/3
 */
export function pairedAccuracy(a: readonly boolean[], b: readonly boolean[], confidence: number, groups: readonly (string | null)[] = []): PairedDifference {
  if (a.length !== b.length) throw new RangeError(`candidate has ${a.length} rows and target ${b.length}`);
  const differences = a.map((right, i) => Number(right) - Number(b[i]));
  const counts = pairedCounts(a, b);
  const effect = designEffect(differences, groups);
  const difference = counts.n === 0 ? 0 : (counts.gains - counts.losses) / counts.n;
  if (counts.n === 0) return { difference, low: -1, high: 1, p: 1 };
  const { low, high } = tangoInterval({ n: counts.n / effect, gains: counts.gains / effect, losses: counts.losses / effect }, confidence);
  return { difference, low, high, p: effect === 1 ? exactMcNemar(counts.gains, counts.losses) : clusteredP(counts, effect) };
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
