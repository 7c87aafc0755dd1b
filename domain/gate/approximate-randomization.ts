/**
 * Approximate randomization: if two arms are equally good, swapping their answers on any row changes nothing. p is the share of random swaps whose
 * difference is at least as large as the observed one, the observed one counting as one of them. Rows of one source are swapped together.
 *
 * Source: Noreen 1989; Yeh, *More accurate tests for the statistical significance of result differences*, COLING 2000.
 */
import type { ConfusionMetric } from '../evaluation/confusion-metrics.ts';
import type { RowRatio } from '../evaluation/ratio-bootstrap.ts';
import { seededRandom } from '../evaluation/random.ts';
import { pairedConfusionStatistic, type PairCells } from './paired-confusion.ts';

export interface RandomizationOptions { readonly seed: number; readonly randomizations: number }

export function cellRandomization(cells: PairCells, metric: ConfusionMetric, { seed, randomizations }: RandomizationOptions): number {
  const statistic = pairedConfusionStatistic(cells, metric);
  const units = unitsOf(Array.from(cells.cellOfRow), cells.groups).map((unit) => unit.filter((cell) => cells.a[cell] !== cells.b[cell]));
  const differing = units.filter((unit) => unit.length > 0);
  const value = new Float64Array(1);
  return share(randomizations, seed, differing.length, (swapped) => {
    statistic.load(cells.counts);
    differing.forEach((unit, u) => { if (swapped(u)) for (const cell of unit) statistic.swap(cell, 1); });
    statistic.evaluate(value, 0);
    return value[0] as number;
  });
}

export function ratioRandomization(a: RowRatio, b: RowRatio, groups: readonly (string | null)[], { seed, randomizations }: RandomizationOptions): number {
  const units = unitsOf(Array.from(a.numerator.keys()), groups);
  const sum = (values: readonly number[], rows: readonly number[]) => rows.reduce((total, i) => total + (values[i] as number), 0);
  const parts = units.map((rows) => [sum(a.numerator, rows), sum(a.denominator, rows), sum(b.numerator, rows), sum(b.denominator, rows)] as const);
  return share(randomizations, seed, parts.length, (swapped) => {
    let an = 0, ad = 0, bn = 0, bd = 0;
    parts.forEach(([a1, a2, b1, b2], u) => {
      const swap = swapped(u);
      an += swap ? b1 : a1;
      ad += swap ? b2 : a2;
      bn += swap ? a1 : b1;
      bd += swap ? a2 : b2;
    });
    return (ad === 0 ? 0 : an / ad) - (bd === 0 ? 0 : bn / bd);
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

function unitsOf(items: readonly number[], groups: readonly (string | null)[]): number[][] {
  const known = new Map<string, number[]>();
  const units: number[][] = [];
  items.forEach((item, i) => {
    const group = groups[i] ?? null;
    const unit = group === null ? undefined : known.get(group);
    if (unit !== undefined) unit.push(item);
    else {
      const fresh = [item];
      units.push(fresh);
      if (group !== null) known.set(group, fresh);
    }
  });
  return units;
}
