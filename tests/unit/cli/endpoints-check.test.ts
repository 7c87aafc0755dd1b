import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkoutRoot } from '../../../workers/setup/paths.ts';

test('a command inside another one takes --json where it stands', () => {
  const home = mkdtempSync(join(tmpdir(), 'tunegate-home-'));
  const { stdout, status } = spawnSync('node', [join(checkoutRoot, 'cli/tunegate.mjs'), 'endpoints', 'check', 'nobody', '--json'], {
    env: { ...process.env, TUNEGATE_HOME: home },
    encoding: 'utf8',
  });
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'not_found', where: home } });
  expect(status).not.toBe(0);
});
