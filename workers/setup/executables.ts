import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const suffix = process.platform === 'win32' ? '.exe' : '';

/** The first program of this name on PATH, or null. */
export function findOnPath(name: string): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name + suffix)).find(isExecutable) ?? null;
}

/** The first of these paths that can be run, or null. */
export function firstExecutable(paths: readonly string[]): string | null {
  return paths.find(isExecutable) ?? null;
}

/** True when the program runs and ends well: a launcher on PATH may point to nothing. */
export function answers(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
