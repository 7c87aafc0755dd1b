import type { Random } from './random.ts';

/** Walker's alias table: draws one of k outcomes by its weight in constant time, with one random number. */
export interface AliasTable {
  readonly size: number;
  readonly keep: Float64Array;
  readonly alias: Int32Array;
}

/**
 * `weights` are relative and not negative, with a positive sum.
 *
 * Source: Vose, *A linear algorithm for generating random numbers with a given distribution*, 1991.
 */
export function aliasTable(weights: ArrayLike<number>): AliasTable {
  const size = weights.length;
  let total = 0;
  for (let i = 0; i < size; i += 1) total += weights[i] ?? 0;
  const keep = Float64Array.from({ length: size }, (_, i) => ((weights[i] ?? 0) * size) / total);
  const alias = new Int32Array(size);
  const small: number[] = [];
  const large: number[] = [];
  for (const [i, share] of keep.entries()) (share < 1 ? small : large).push(i);
  for (let s = small.pop(), l = large.at(-1); s !== undefined && l !== undefined; s = small.pop(), l = large.at(-1)) {
    alias[s] = l;
    const left = (keep[l] ?? 0) + (keep[s] ?? 0) - 1;
    keep[l] = left;
    if (left < 1) {
      large.pop();
      small.push(l);
    }
  }
  for (const i of [...small, ...large]) keep[i] = 1;
  return { size, keep, alias };
}

export function drawAlias(table: AliasTable, random: Random): number {
  const x = random.unit() * table.size;
  const i = x | 0;
  return x - i < (table.keep[i] as number) ? i : (table.alias[i] as number);
}
