import { seededRandom } from '../evaluation/random.ts';
import { psi } from './psi.ts';

export interface DriftTest {
  readonly psi: number;
  /** What chance alone stays below in 95 of 100 cases with as many rows as these. */
  readonly chance: number;
  /** Of so large an index if both came from one source. */
  readonly p: number;
}

const permutations = 999;

/**
 * The stability index of two samples beside its permutation null: the pooled observations are dealt anew to samples of the same sizes, again and again.
 * An index that chance reaches as easily is no drift, however large it looks. p = (1 + dealings with an index at least as large) / (1 + dealings).
 *
 * @param reference,current the cell of each observation, 0 … `cells` − 1
 */
export function testDrift(reference: readonly number[], current: readonly number[], cells: number, seed: number): DriftTest {
  const observed = psi(countsOf(reference, cells), countsOf(current, cells));
  const pool = [...reference, ...current];
  const total = countsOf(pool, cells);
  const random = seededRandom(seed);
  const dealt: number[] = [];
  for (let round = 0; round < permutations; round += 1) {
    const taken = new Array<number>(cells).fill(0);
    // The smaller sample is drawn without replacement; what is left is the other.
    const size = Math.min(reference.length, current.length);
    for (let i = 0; i < size; i += 1) {
      const j = i + random.below(pool.length - i);
      [pool[i], pool[j]] = [pool[j] as number, pool[i] as number];
      taken[pool[i] as number] = (taken[pool[i] as number] as number) + 1;
    }
    const rest = total.map((n, cell) => n - (taken[cell] as number));
    dealt.push(current.length <= reference.length ? psi(rest, taken) : psi(taken, rest));
  }
  dealt.sort((a, b) => a - b);
  const atLeast = dealt.filter((value) => value >= observed - 1e-12).length;
  return { psi: observed, chance: dealt[Math.floor(0.95 * permutations)] ?? 0, p: (1 + atLeast) / (1 + permutations) };
}

function countsOf(observations: readonly number[], cells: number): number[] {
  const counts = new Array<number>(cells).fill(0);
  for (const cell of observations) counts[cell] = (counts[cell] ?? 0) + 1;
  return counts;
}
