/**
 * Approximate randomization: if two arms are equally good, swapping their answers on any row changes nothing. p is the share of random swaps whose
 * difference is at least as large as the observed one, the observed one counting as one of them. Rows of one source are swapped together.
 *
 * Source: Noreen 1989; Yeh, *More accurate tests for the statistical significance of result differences*, COLING 2000.
 */
import type { ConfusionMetric } from '../evaluation/confusion-metrics.ts';
import { seededRandom } from '../evaluation/random.ts';
import { unitsOf, type RowSums } from '../evaluation/sums-bootstrap.ts';
import { pairedConfusionStatistic, type PairCells } from './paired-confusion.ts';

export interface RandomizationOptions {
  readonly seed: number;
  readonly randomizations: number;
}

export function cellRandomization(cells: PairCells, metric: ConfusionMetric, { seed, randomizations }: RandomizationOptions): number {
  const statistic = pairedConfusionStatistic(cells, metric);
  const differing = new Map<number, number[]>();
  unitsOf(cells.cellOfRow.length, cells.groups).forEach((unit, row) => {
    const cell = cells.cellOfRow[row] as number;
    if (cells.a[cell] === cells.b[cell]) return;
    if (!differing.get(unit)?.push(cell)) differing.set(unit, [cell]);
  });
  const units = [...differing.values()];
  const value = new Float64Array(1);
  return share(randomizations, seed, units.length, (swapped) => {
    statistic.load(cells.counts);
    units.forEach((unit, u) => {
      if (swapped(u)) for (const cell of unit) statistic.swap(cell, 1);
    });
    statistic.evaluate(value, 0);
    return value[0] as number;
  });
}

export function sumsRandomization(
  a: RowSums,
  b: RowSums,
  groups: readonly (string | null)[],
  { seed, randomizations }: RandomizationOptions,
): number {
  const rows = a.columns[0]?.length ?? 0;
  const unitOfRow = unitsOf(rows, groups);
  const count = unitOfRow.reduce((most, unit) => Math.max(most, unit + 1), 0);
  const swaps = new Uint8Array(count);
  const [left, right] = [new Float64Array(a.columns.length), new Float64Array(b.columns.length)];
  return share(randomizations, seed, count, (swapped) => {
    for (let u = 0; u < count; u += 1) swaps[u] = Number(swapped(u));
    left.fill(0);
    right.fill(0);
    a.columns.forEach((own, c) => {
      const other = b.columns[c] as readonly number[];
      for (let i = 0; i < rows; i += 1) {
        const isSwapped = swaps[unitOfRow[i] as number] === 1;
        left[c]! += (isSwapped ? other : own)[i] as number;
        right[c]! += (isSwapped ? own : other)[i] as number;
      }
    });
    return a.statistic(left) - b.statistic(right);
  });
}

/** (1 + number of swaps at least as extreme) / (1 + number of swaps); the tolerance keeps rounding from breaking ties. */
function share(randomizations: number, seed: number, units: number, difference: (swapped: (unit: number) => boolean) => number): number {
  if (units === 0) return 1;
  const random = seededRandom(seed);
  const observed = Math.abs(difference(() => false));
  let extreme = 1;
  for (let r = 0; r < randomizations; r += 1) if (Math.abs(difference(() => random.unit() < 0.5)) >= observed - 1e-12) extreme += 1;
  return extreme / (randomizations + 1);
}
