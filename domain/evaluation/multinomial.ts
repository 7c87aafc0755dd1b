/**
 * Exact multinomial resampling of counts, fast enough to bootstrap a million predictions.
 *
 * Independent Poisson counts are multinomial once their total is known. So each cell draws a Poisson count with its mean shrunk a little, which makes the
 * total fall short of n; the few rows that are missing are then drawn one by one. Where the total overshoots, all is drawn again, which leaves
 * the conditional law as it is. A Poisson draw is one alias-table look-up, the table being shared by all cells of one count.
 * Cost per resample: cells + 4·√n look-ups, where rows one by one cost n and conditional binomials cost as many rejection loops as there are cells.
 */
import { aliasTable, drawAlias, type AliasTable } from './alias.ts';
import type { Random } from './random.ts';

interface PoissonTable {
  readonly first: number;
  readonly table: AliasTable;
}

/** Overwrites `into` with one resample: counts of the same cells with the same total. */
export type MultinomialSampler = (into: Int32Array) => void;

/** `counts` are the observed cells, whole numbers; cells that hold 0 stay 0, so leave them out. */
export function multinomialSampler(counts: ArrayLike<number>, random: Random): MultinomialSampler {
  const cells = counts.length;
  let n = 0;
  for (let i = 0; i < cells; i += 1) n += counts[i] ?? 0;
  if (n === 0) return (into) => into.fill(0);
  const categories = aliasTable(counts);
  const topUp = (into: Int32Array, rows: number) => {
    for (let k = 0; k < rows; k += 1) into[drawAlias(categories, random)]! += 1;
  };
  const shortfall = 4 * Math.sqrt(n);
  if (cells + shortfall >= n) {
    return (into) => {
      into.fill(0);
      topUp(into, n);
    };
  }
  const shrink = 1 - shortfall / n;
  const shared = new Map<number, PoissonTable>();
  const tables = Array.from({ length: cells }, (_, i) => {
    const count = counts[i] ?? 0;
    const known = shared.get(count) ?? poissonTable(count * shrink);
    shared.set(count, known);
    return known;
  });
  return (into) => {
    let total: number;
    do {
      total = 0;
      for (let i = 0; i < cells; i += 1) {
        const { first, table } = tables[i] as PoissonTable;
        const drawn = first + drawAlias(table, random);
        into[i] = drawn;
        total += drawn;
      }
    } while (total > n);
    topUp(into, n - total);
  };
}

/** Every count whose probability is above about 10⁻¹⁶ of the mode's. */
function poissonTable(mean: number): PoissonTable {
  const reach = 9 * Math.sqrt(mean) + 20;
  const first = Math.max(0, Math.floor(mean - reach));
  const mode = Math.floor(mean);
  const weights = new Float64Array(Math.ceil(mean + reach) - first + 1);
  weights[mode - first] = 1;
  for (let k = mode + 1; k < first + weights.length; k += 1) weights[k - first] = ((weights[k - 1 - first] as number) * mean) / k;
  for (let k = mode - 1; k >= first; k -= 1) weights[k - first] = ((weights[k + 1 - first] as number) * (k + 1)) / mean;
  return { first, table: aliasTable(weights) };
}
