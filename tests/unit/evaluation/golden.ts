import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** Cases that `tests/oracles/generate.py` wrote. */
export function golden<Case>(name: string): Case[] {
  return JSON.parse(readFileSync(new URL(`../../oracles/golden/${name}.json`, import.meta.url), 'utf8')) as Case[];
}

/** Agreement to 1e-9, with the case named where it fails. */
export function expectEqual(ours: number, theirs: number, where: string): void {
  expect(Math.abs(ours - theirs), `${where}: ${ours} instead of ${theirs}`).toBeLessThan(1e-9);
}
