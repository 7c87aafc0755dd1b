/**
 * Bootstrap of statistics that depend on the rows only through counts of cells, such as (expected, answer): rows of one cell are alike, so a resample is
 * one multinomial draw, and the jackknife visits each cell once. Where rows share a source, whole sources are drawn instead.
 */
import { acceleration, type BootstrapDistribution } from './bca.ts';
import { multinomialSampler, type MultinomialSampler } from './multinomial.ts';
import { seededRandom, type Random } from './random.ts';

/** Statistics of cell counts that can be loaded whole and changed by single rows. */
export interface CellStatistic {
  /** How many numbers `evaluate` writes. */
  readonly size: number;
  load(counts: Int32Array): void;
  add(cell: number, rows: number): void;
  evaluate(into: Float64Array, offset: number): void;
}

/** `cellOfRow[i]` is the cell that row i lies in; `groups[i]` its source, null standing alone. */
export interface CellRows {
  readonly counts: Int32Array;
  readonly cellOfRow: Int32Array;
  readonly groups: readonly (string | null)[];
}

export function cellBootstrap(rows: CellRows, statistic: CellStatistic, options: { seed: number; resamples: number }): BootstrapDistribution[] {
  const clusters = clusterCells(rows);
  const random = seededRandom(options.seed);
  const draw = clusters === null ? multinomialSampler(rows.counts, random) : clusterSampler(clusters, random);
  const values = new Float64Array(statistic.size);
  statistic.load(rows.counts);
  statistic.evaluate(values, 0);
  const leftOut = jackknife(rows.counts, clusters, statistic);
  const resampled = Array.from(values, () => new Float64Array(options.resamples));
  const counts = new Int32Array(rows.counts.length);
  const row = new Float64Array(statistic.size);
  for (let b = 0; b < options.resamples; b += 1) {
    draw(counts);
    statistic.load(counts);
    statistic.evaluate(row, 0);
    for (let k = 0; k < row.length; k += 1) (resampled[k] as Float64Array)[b] = row[k] as number;
  }
  return Array.from(values, (value, k) => ({
    value,
    resampled: resampled[k] as Float64Array,
    acceleration: acceleration(leftOut[k] as Float64Array, clusters === null ? rows.counts : undefined),
  }));
}

/** The cells of each source's rows; null where no source repeats, so that rows are independent. */
function clusterCells({ cellOfRow, groups }: CellRows): Int32Array[] | null {
  const members = new Map<string, number[]>();
  const alone: number[] = [];
  cellOfRow.forEach((cell, i) => {
    const group = groups[i] ?? null;
    if (group === null) alone.push(cell);
    else if (!members.get(group)?.push(cell)) members.set(group, [cell]);
  });
  if (members.size + alone.length === cellOfRow.length) return null;
  return [...[...members.values()].map((cells) => Int32Array.from(cells)), ...alone.map((cell) => Int32Array.of(cell))];
}

function clusterSampler(clusters: readonly Int32Array[], random: Random): MultinomialSampler {
  return (into) => {
    into.fill(0);
    for (let k = 0; k < clusters.length; k += 1) for (const cell of clusters[random.below(clusters.length)] as Int32Array) into[cell]! += 1;
  };
}

/** Per statistic, its value without one row of each cell, or without each cluster. */
function jackknife(counts: Int32Array, clusters: readonly Int32Array[] | null, statistic: CellStatistic): Float64Array[] {
  const units = clusters ?? Array.from(counts, (_, cell) => Int32Array.of(cell));
  const leftOut = Array.from({ length: statistic.size }, () => new Float64Array(units.length));
  const row = new Float64Array(statistic.size);
  statistic.load(counts);
  units.forEach((unit, u) => {
    for (const cell of unit) statistic.add(cell, -1);
    statistic.evaluate(row, 0);
    for (const cell of unit) statistic.add(cell, 1);
    for (let k = 0; k < row.length; k += 1) (leftOut[k] as Float64Array)[u] = row[k] as number;
  });
  return leftOut;
}
