/** How much a place at the head of a list counts against one further down. Small: the first places are what retrieval is judged by. */
export const rankConstant = 3;
/** Weights of the two searches; measured on XQuAD, see `bench/retrieval`. */
export const fusionWeights = { vector: 1, words: 1 } as const;

/**
 * Weighted reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): Σ weight / (rankConstant + rank), ranks from 1. Ties go to the smaller ordinal.
 *
 * @param lists ordinals, best first
 */
export function fuse(lists: readonly { readonly weight: number; readonly ordinals: readonly number[] }[], count: number): number[] {
  const scores = new Map<number, number>();
  for (const { weight, ordinals } of lists) {
    for (const [i, ordinal] of ordinals.entries()) scores.set(ordinal, (scores.get(ordinal) ?? 0) + weight / (rankConstant + i + 1));
  }
  return [...scores]
    .sort(([a, x], [b, y]) => y - x || a - b)
    .slice(0, count)
    .map(([ordinal]) => ordinal);
}
