import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { startMark } from '../setup/file-lock.mjs';
import { checkoutRoot } from '../setup/paths.ts';
import type { Command, PartName } from './part.ts';
import { cleanEnvironment } from './process-environment.ts';

/** A process, named so that another one with the same number is not taken for it. */
export interface ProcessRecord {
  readonly pid: number;
  readonly mark: string;
}

/** Every process of a stack carries this variable, and so do the processes that it starts. */
const markVariable = 'TUNEGATE_PART';
const markOf = (home: string, part: PartName) => `${part}@${home}`;

/** Starts a process that outlives this one, its output going to the log. */
export function spawnDetached(command: Command, part: PartName, home: string, environment: NodeJS.ProcessEnv, log: number): ProcessRecord {
  const env = { ...cleanEnvironment(environment), ...command.env, [markVariable]: markOf(home, part) };
  const child = spawn(command.program, command.args, { cwd: checkoutRoot, env, detached: true, stdio: ['ignore', log, log] });
  child.on('error', () => undefined);
  child.unref();
  if (child.pid === undefined) return { pid: 0, mark: '' };
  return { pid: child.pid, mark: startMark(child.pid) ?? '' };
}

export function isAlive(record: ProcessRecord): boolean {
  return record.pid > 0 && record.mark !== '' && startMark(record.pid) === record.mark;
}

/** Asks the process to end, and ends it after `graceMs`. Returns once it is gone. */
export async function endProcess(record: ProcessRecord, graceMs: number): Promise<void> {
  signal(record, 'SIGTERM');
  if (await isGone(record, graceMs)) return;
  signal(record, 'SIGKILL');
  await isGone(record, 10_000);
}

/** Ends what a part left behind, its children included: those that neither the record nor the part itself knows of any more. */
export async function endLeftovers(home: string, part: PartName): Promise<number> {
  const left = markedProcesses(markOf(home, part));
  for (const record of left) signal(record, 'SIGKILL');
  for (const record of left) await isGone(record, 10_000);
  return left.length;
}

function signal(record: ProcessRecord, name: NodeJS.Signals): void {
  if (!isAlive(record)) return;
  try {
    process.kill(record.pid, name);
  } catch {
    // It ended in between.
  }
}

async function isGone(record: ProcessRecord, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isAlive(record)) {
    if (Date.now() > deadline) return false;
    await delay(25);
  }
  return true;
}

function markedProcesses(mark: string): readonly ProcessRecord[] {
  const pids = process.platform === 'linux' ? markedByProc(mark) : markedByPs(mark);
  return pids
    .filter((pid) => pid !== process.pid)
    .flatMap((pid) => {
      const began = startMark(pid);
      return began === null ? [] : [{ pid, mark: began }];
    });
}

function markedByProc(mark: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${markVariable}=${mark}`);
      } catch {
        return false;
      }
    });
}

function markedByPs(mark: string): readonly number[] {
  const listed = spawnSync('ps', ['axeww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 64_000_000 });
  return (listed.stdout ?? '')
    .split('\n')
    .filter((line) => `${line} `.includes(`${markVariable}=${mark} `))
    .map((line) => Number.parseInt(line, 10));
}
