/** Bags: how often each item stands in a list. */
export type Bag = ReadonlyMap<string, number>;

export function countItems(items: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/** Size of the intersection of two bags. */
export function overlap(a: Bag, b: Bag): number {
  let shared = 0;
  for (const [item, count] of a) shared += Math.min(count, b.get(item) ?? 0);
  return shared;
}

/** Number of items of a bag. */
export function bagSize(bag: Bag): number {
  let size = 0;
  for (const count of bag.values()) size += count;
  return size;
}

/** Every run of `n` tokens, joined by a space, with its count. */
export function ngrams(tokens: readonly string[], n: number, separator = ' '): Map<string, number> {
  return countItems(Array.from({ length: Math.max(0, tokens.length - n + 1) }, (_, i) => tokens.slice(i, i + n).join(separator)));
}
