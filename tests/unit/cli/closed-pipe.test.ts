import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../../..', import.meta.url).pathname;

test('a reader that has seen enough ends a command without a word', async () => {
  const command = spawn(process.execPath, [join(root, 'cli/tunegate.mjs'), 'explain', join(root, 'examples/support-triage/pipeline.yaml')]);
  command.stdout.destroy();
  let said = '';
  command.stderr.on('data', (chunk) => {
    said += chunk;
  });
  expect(await once(command, 'close')).toEqual([0, null]);
  expect(said).toBe('');
});
