/**
 * Population stability index of two distributions over the same cells: Σ (qᵢ − pᵢ)·ln(qᵢ/pᵢ), p being the shares of `reference` and q those of `current`.
 * Takes counts. An empty cell counts as half an observation, so that one rare value does not make the index infinite.
 *
 * By convention below 0.1 is stable and above 0.25 calls for action; with few rows chance alone reaches such values (see {@link testDrift}).
 *
 * @example psi([50, 50], [60, 40]) // 0.040547
 */
export function psi(reference: readonly number[], current: readonly number[]): number {
  if (reference.length !== current.length) throw new RangeError(`${reference.length} cells against ${current.length}`);
  const [p, q] = [shares(reference), shares(current)];
  return p.reduce((sum, expected, i) => {
    const actual = q[i] as number;
    return sum + (actual - expected) * Math.log(actual / expected);
  }, 0);
}

function shares(counts: readonly number[]): number[] {
  const filled = counts.map((n) => (n === 0 ? 0.5 : n));
  const total = filled.reduce((a, b) => a + b, 0);
  return filled.map((n) => n / total);
}
