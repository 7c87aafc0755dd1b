import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { firstExecutable } from '../../workers/setup/executables.ts';
import { withFileLock } from '../../workers/setup/file-lock.mjs';
import { toolsFolder } from '../../workers/setup/paths.ts';
import { logToStderr, runStep } from '../../workers/setup/run-step.ts';
import { ensureUv } from '../../workers/setup/uv.ts';
import { anyPort } from '../../workers/stack/ports.ts';

const environment = join(toolsFolder, 'test-postgres');
const python = join(environment, 'bin', 'python');
const script = fileURLToPath(new URL('./real_postgres.py', import.meta.url));

export interface RealPostgres {
  readonly url: string;
  readonly port: number;
  readonly data: string;
  /** The server's own process, for tests that kill it. */
  readonly pid: number;
  /** Ends the server and keeps the data: `startRealPostgres({ data, port })` goes on with it. */
  readonly stop: () => Promise<void>;
  /** Ends the server and removes the data. */
  readonly close: () => Promise<void>;
}

/** A real Postgres 16 with pgvector, from the PyPI package `pgserver`, also as root. It ends with this process at the latest. */
export async function startRealPostgres(options: { data?: string; port?: number } = {}): Promise<RealPostgres> {
  await install();
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'tunegate-pg-')));
  const port = options.port ?? (await anyPort());
  const child = spawn(python, [script, data, String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONWARNINGS: 'ignore' },
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const pid = await new Promise<number>((found, fail) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (/^\d+$/.test(line)) found(Number(line));
    });
    child.once('exit', (code) => fail(new Error(`pgserver ended with ${code}`)));
    child.once('error', fail);
  });
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  const close = async () => {
    await stop();
    await rm(data, { recursive: true, force: true });
  };
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, port, data, pid, stop, close };
}

async function install(): Promise<void> {
  const program = join(environment, 'bin', 'pg-ready');
  const isThere = () => firstExecutable([program]) !== null;
  if (isThere()) return;
  await withFileLock(`${environment}.lock`, async () => {
    if (isThere()) return;
    const uv = await ensureUv(logToStderr);
    await runStep('Postgres for tests', [uv, 'venv', '--quiet', '--clear', '--python', '3.11', environment], logToStderr);
    await runStep('Postgres for tests', [uv, 'pip', 'install', '--quiet', '--python', python, 'pgserver==0.1.4'], logToStderr);
    await runStep('Postgres for tests', ['ln', '-s', 'python', program], logToStderr);
  });
}
