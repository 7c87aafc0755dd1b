import type { Confusion } from './confusion.ts';

export interface ConfusedPair {
  readonly expected: string /** Null: the output could not be parsed. */;
  readonly answered: string | null;
  readonly count: number;
}

/** The `k` most frequent mistakes, most frequent first; ties in the order of the labels. */
export function topConfusions({ labels, counts }: Confusion, k: number): ConfusedPair[] {
  return counts
    .flatMap((line, i) =>
      line.flatMap((count, j) => (i === j || count === 0 ? [] : [{ expected: labels[i] as string, answered: labels[j] ?? null, count }])),
    )
    .sort((a, b) => b.count - a.count)
    .slice(0, k);
}
