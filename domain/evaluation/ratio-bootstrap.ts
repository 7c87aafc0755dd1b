/**
 * Bootstrap of ratios of sums over rows, Σ numerator / Σ denominator. A mean has the denominator 1 in every row; micro-averaged field F1 has 2·TP over
 * 2·TP + FP + FN. Several ratios at once keep their rows together, so that differences are paired.
 */
import { acceleration, type BootstrapDistribution } from './bca.ts';
import { seededRandom } from './random.ts';

export interface RowRatio { readonly numerator: readonly number[]; readonly denominator: readonly number[] }

/** Σ numerator / Σ denominator, 0 where the denominator is 0. */
export function ratioOf({ numerator, denominator }: RowRatio): number {
  return divide(numerator.reduce((a, b) => a + b, 0), denominator.reduce((a, b) => a + b, 0));
}

/** Bootstrap of one ratio, or of the first less the second. Draws whole groups where `groups` repeat, rows otherwise. */
export function ratioBootstrap(
  ratios: readonly [RowRatio] | readonly [RowRatio, RowRatio], groups: readonly (string | null)[], options: { seed: number; resamples: number },
): BootstrapDistribution {
  const [first, second] = ratios;
  const units = sumsPerUnit([first.numerator, first.denominator, second?.numerator, second?.denominator], groups);
  const [an, ad, bn, bd] = units as [Float64Array, Float64Array, Float64Array, Float64Array];
  const size = an.length;
  const total = [an, ad, bn, bd].map((column) => column.reduce((a, b) => a + b, 0)) as [number, number, number, number];
  const statistic = (a: number, b: number, c: number, d: number) => divide(a, b) - (second === undefined ? 0 : divide(c, d));
  const random = seededRandom(options.seed);
  const resampled = new Float64Array(options.resamples);
  for (let r = 0; r < resampled.length; r += 1) {
    let a = 0, b = 0, c = 0, d = 0;
    for (let k = 0; k < size; k += 1) {
      const u = random.below(size);
      a += an[u] as number;
      b += ad[u] as number;
      c += bn[u] as number;
      d += bd[u] as number;
    }
    resampled[r] = statistic(a, b, c, d);
  }
  const leftOut = Float64Array.from(an, (x, u) => statistic(total[0] - x, total[1] - (ad[u] as number), total[2] - (bn[u] as number), total[3] - (bd[u] as number)));
  return { value: statistic(...total), resampled, acceleration: acceleration(leftOut) };
}

function divide(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator;
}

/** One entry per source, or per row that stands alone. */
function sumsPerUnit(columns: readonly (readonly number[] | undefined)[], groups: readonly (string | null)[]): Float64Array[] {
  const rows = columns[0]?.length ?? 0;
  const units = new Map<string, number>();
  let count = 0;
  const unitOfRow = Array.from({ length: rows }, (_, i) => {
    const group = groups[i] ?? null;
    const known = group === null ? undefined : units.get(group);
    if (known !== undefined) return known;
    if (group !== null) units.set(group, count);
    count += 1;
    return count - 1;
  });
  return columns.map((column) => {
    const sums = new Float64Array(count);
    column?.forEach((value, i) => { sums[unitOfRow[i] as number]! += value; });
    return sums;
  });
}
