import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';

const folder = process.env.GOLDEN === undefined ? new URL('../../oracles/golden/', import.meta.url) : pathToFileURL(`${process.env.GOLDEN}/`);

/** Cases that `tests/oracles/generate.py` wrote; the variable GOLDEN names the folder of a larger set. */
export function golden<Case>(name: string): Case[] {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Case[];
}

/** Agreement to 1e-9, with the case named where it fails. */
export function expectEqual(ours: number, theirs: number, where: string): void {
  expect(Math.abs(ours - theirs), `${where}: ${ours} instead of ${theirs}`).toBeLessThan(1e-9);
}
