import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { firstExecutable } from '../../workers/setup/executables.ts';
import { withFileLock } from '../../workers/setup/file-lock.mjs';
import { toolsFolder } from '../../workers/setup/paths.ts';
import { logToStderr, runStep } from '../../workers/setup/run-step.ts';
import { ensureUv } from '../../workers/setup/uv.ts';
import { anyPort } from '../../workers/stack/ports.ts';
import { until } from './until.ts';

const environment = join(toolsFolder, 'test-s3');
const program = join(environment, 'bin', 'moto_server');

export interface ObjectStore {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** An S3-compatible server from the PyPI package `moto`, in memory. */
export async function startObjectStore(): Promise<ObjectStore> {
  await install();
  const port = await anyPort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  await until('the object store answers', async () => (await fetch(`${url}/moto-api/`)).ok);
  return {
    url,
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function install(): Promise<void> {
  const isThere = () => firstExecutable([program]) !== null;
  if (isThere()) return;
  await withFileLock(`${environment}.lock`, async () => {
    if (isThere()) return;
    const uv = await ensureUv(logToStderr);
    await runStep('S3 for tests', [uv, 'venv', '--quiet', '--clear', environment], logToStderr);
    await runStep(
      'S3 for tests',
      [uv, 'pip', 'install', '--quiet', '--python', join(environment, 'bin', 'python'), 'moto[server,s3]>=5,<6'],
      logToStderr,
    );
  });
}
