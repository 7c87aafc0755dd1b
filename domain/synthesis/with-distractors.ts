import { sha256 } from '../hash.ts';

/**
 * What a row that was written from a passage is trained with, where a model retrieves: that passage among others that answer nothing, at a place that the row's
 * hash decides, so that the model learns to find the answer and not to copy the first passage (RAFT, Zhang et al. 2024).
 *
 * @param passages as retrieval finds them for the row
 * @param golden the passage that the row was written from
 */
export function withDistractors(passages: readonly string[], golden: string | undefined, row: string): readonly string[] {
  if (golden === undefined || passages.length === 0) return passages;
  const own = passages.find((passage) => passage.includes(golden)) ?? golden;
  const others = passages.filter((passage) => passage !== own).slice(0, passages.length - 1);
  const place = Number.parseInt(sha256(row).slice(0, 8), 16) % (others.length + 1);
  return [...others.slice(0, place), own, ...others.slice(place)];
}
