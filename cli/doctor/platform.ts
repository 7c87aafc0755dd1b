import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { checkoutRoot, toolsFolder, trainerPython } from '../../workers/setup/paths.ts';
import type { Check } from './examine.ts';

const execute = promisify(execFile);
const lowBytes = 2e9;
const setUpBytes = 8e9;

/** What a program says about itself, or null where it is not there. */
const versionOf = (program: string, args: readonly string[]): Promise<string | null> =>
  execute(program, [...args], { timeout: 10_000 }).then(
    (r) => (r.stdout || r.stderr).trim().split('\n')[0] ?? '',
    () => null,
  );

export function platformChecks(home: string): Promise<Check[]> {
  return Promise.all([node(), python(), uv(), temporal(), trainer(), disk(home)]);
}

async function node(): Promise<Check> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isEnough = major > 20 || (major === 20 && minor >= 19);
  return {
    name: 'Node.js',
    state: isEnough ? 'ok' : 'wrong',
    found: process.versions.node,
    remedy: isEnough ? null : 'install 20.19 or newer from https://nodejs.org',
  };
}

async function python(): Promise<Check> {
  const said = (await versionOf('python3', ['--version'])) ?? (await versionOf('python', ['--version']));
  const [, major, minor] = /(\d+)\.(\d+)/.exec(said ?? '') ?? [];
  const isEnough = Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 10);
  if (isEnough) return { name: 'Python', state: 'ok', found: said ?? '', remedy: null };
  if (existsSync(trainerPython)) return { name: 'Python', state: 'ok', found: `${said ?? 'none on PATH'}; the trainer has its own`, remedy: null };
  return { name: 'Python', state: 'wrong', found: said ?? 'not found', remedy: 'install Python 3.10 or newer, or uv, which brings one' };
}

async function uv(): Promise<Check> {
  const said = await versionOf('uv', ['--version']);
  return {
    name: 'uv',
    state: said ? 'ok' : 'absent',
    found: said ?? 'not on PATH',
    remedy: said ? null : 'nothing to do: `tunegate start` fetches it for itself',
  };
}

async function temporal(): Promise<Check> {
  if (process.env.TEMPORAL_ADDRESS) return { name: 'Temporal', state: 'ok', found: `yours, at ${process.env.TEMPORAL_ADDRESS}`, remedy: null };
  const said = await versionOf('temporal', ['--version']);
  if (said) return { name: 'Temporal', state: 'ok', found: said, remedy: null };
  return existsSync(toolsFolder)
    ? { name: 'Temporal', state: 'ok', found: 'fetched for this checkout', remedy: null }
    : { name: 'Temporal', state: 'absent', found: 'not fetched yet', remedy: 'nothing to do: `tunegate start` fetches it' };
}

async function trainer(): Promise<Check> {
  if (process.env.TRAINER_URL) return { name: 'trainer', state: 'ok', found: `yours, at ${process.env.TRAINER_URL}`, remedy: null };
  return existsSync(trainerPython)
    ? { name: 'trainer', state: 'ok', found: 'environment is set up', remedy: null }
    : { name: 'trainer', state: 'absent', found: 'environment is not set up yet', remedy: 'nothing to do: `tunegate start` sets it up (up to 6 GB)' };
}

async function disk(home: string): Promise<Check> {
  const folder = [home, dirname(home), checkoutRoot].find(existsSync) ?? '/';
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const isLow = free < (existsSync(trainerPython) ? lowBytes : setUpBytes);
  return {
    name: 'disk',
    state: isLow ? 'wrong' : 'ok',
    found: `${(free / 1e9).toFixed(1)} GB free`,
    remedy: isLow ? 'free some space, or set TUNEGATE_HOME to a larger disk' : null,
  };
}
