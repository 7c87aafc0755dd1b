/** A trainer of its own in a process of its own, over a tiny model with random weights. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { checkoutRoot } from '../../workers/setup/paths.ts';
import { ensureTrainer } from '../../workers/setup/trainer.ts';
import { until } from './until.ts';

export interface OwnTrainer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export async function startOwnTrainer(folder: string, key: string): Promise<OwnTrainer> {
  const python = await ensureTrainer();
  const environment = { ...process.env, TRAINER_MODELS: join(folder, 'models'), PYTHONPATH: checkoutRoot };
  const make = 'import sys; from pathlib import Path; from trainer.tests.conftest import make_tiny; make_tiny(Path(sys.argv[1]))';
  const [code] = (await once(spawn(python, ['-c', make, join(folder, 'models', 'tiny')], { env: environment, stdio: 'ignore' }), 'exit')) as [number];
  if (code !== 0) throw new Error(`the tiny model could not be made (exit ${code})`);
  const port = await freePort();
  const child = spawn(python, ['-m', 'trainer', '--port', `${port}`, '--data', join(folder, 'data'), '--key', key, '--warm', ''], {
    cwd: checkoutRoot,
    env: environment,
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  await until('the trainer answers', async () => (await fetch(`${url}/health`).catch(() => null))?.ok === true);
  return {
    url,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}
