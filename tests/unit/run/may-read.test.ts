import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ActivityDeps } from '../../../activities/deps.ts';
import { readableFiles } from '../../../activities/run/may-read.ts';

const home = mkdtempSync(join(tmpdir(), 'tunegate-sources-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
mkdirSync(join(home, 'data'));
for (const file of ['data/rows.csv', 'signing-key']) writeFileSync(join(home, file), '');
symlinkSync(join(home, 'signing-key'), join(home, 'data', 'link.csv'));

const read = async (isConfigured: boolean, path: string, sources = [join(home, 'data')]) => {
  const environment = { hasIdentities: async () => isConfigured, sources } as unknown as ActivityDeps['environment'];
  return (await readableFiles({ environment }))(path);
};

test('a schedule of an installation with one key reads what its owner can read', async () => {
  expect(await read(false, join(home, 'signing-key'))).toBe(true);
});

test('once identities are configured it reads the folders that the worker names, and no way out of them', async () => {
  expect(await read(true, join(home, 'data/rows.csv'))).toBe(true);
  for (const path of ['signing-key', 'data/../signing-key', 'data/link.csv', 'data', 'data/none.csv'])
    expect([path, await read(true, join(home, path))]).toEqual([path, false]);
  expect(await read(true, '/proc/self/environ')).toBe(false);
  expect(await read(true, join(home, 'data/rows.csv'), [])).toBe(false);
});
