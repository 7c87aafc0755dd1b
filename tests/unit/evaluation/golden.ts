import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** What other people's programs answered to the cases of `tests/oracles/draws.ts`, one line per case, as `tests/oracles/generate.py` wrote it. */
export function golden(name: string): (readonly (number | null)[])[] {
  return JSON.parse(readFileSync(new URL(`../../oracles/golden/${name}.json`, import.meta.url), 'utf8')) as (readonly (number | null)[])[];
}

/** Agreement to 1e-9, with the case named where it fails; null stands for a figure that is not defined. */
export function expectEqual(ours: number | null | undefined, theirs: number | null | undefined, where: string): void {
  if (theirs === null) expect(ours ?? null, `${where}: ${ours} where nothing is defined`).toBeNull();
  else expect(Math.abs((ours ?? Number.NaN) - (theirs ?? Number.NaN)), `${where}: ${ours} instead of ${theirs}`).toBeLessThan(1e-9);
}
