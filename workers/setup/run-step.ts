import { spawn } from 'node:child_process';
import { TunegateError } from '../../contracts/errors.ts';

export type Log = (line: string) => void;

/** For callers without a screen of their own. */
export const logToStderr: Log = (line) => {
  process.stderr.write(`${line}\n`);
};

export interface StepResult {
  readonly ok: boolean;
  readonly output: string;
}

const tickMs = 10_000;

/** Runs a program to its end and tells every ten seconds that it still runs. Never throws. */
export function tryStep(
  label: string,
  command: readonly [string, ...string[]],
  log: Log,
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<StepResult> {
  const [program, ...args] = command;
  return new Promise((done) => {
    const began = Date.now();
    let output = '';
    const ticking = setInterval(() => log(`  ${label}: ${Math.round((Date.now() - began) / 1000)} s${lastWord(output)}`), tickMs);
    const finish = (ok: boolean) => {
      clearInterval(ticking);
      done({ ok, output: output.trim() });
    };
    const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => {
      output += String(error);
      finish(false);
    });
    child.on('close', (code) => finish(code === 0));
  });
}

/** As `tryStep`, but a failure is thrown as `setup_failed` or `disk_full` with what the program said. */
export async function runStep(
  label: string,
  command: readonly [string, ...string[]],
  log: Log,
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const { ok, output } = await tryStep(label, command, log, options);
  if (!ok) throw setupError(`${label} failed`, output, command.join(' '));
  return output;
}

/** Names the usual reasons for which an installation fails. */
export function setupError(what: string, output: string, where: string): TunegateError {
  const said = output.split('\n').slice(-12).join('\n');
  if (/ENOSPC|No space left|os error 28|EDQUOT|quota exceeded/i.test(output)) {
    return new TunegateError('disk_full', `${what}: the disk is full`, {
      where,
      remedy: 'free some space (the trainer needs up to 6 GB) and run the command again',
    });
  }
  if (
    /dns error|failed to lookup|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|Connection refused|ETIMEDOUT|timed out|Network is unreachable|error sending request|Failed to fetch/i.test(
      output,
    )
  ) {
    return new TunegateError('setup_failed', `${what}: the network was not reached\n${said}`, {
      where,
      remedy:
        'check the connection; behind a mirror set UV_INDEX_URL and npm_config_registry; then run the command again: what was downloaded is kept',
    });
  }
  return new TunegateError('setup_failed', `${what}:\n${said}`, { where, remedy: 'run the command above by hand to see more' });
}

function lastWord(output: string): string {
  const line = output.trimEnd().split('\n').at(-1)?.trim();
  return line ? ` · ${line.slice(0, 100)}` : '';
}
