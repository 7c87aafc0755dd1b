import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { PartName } from './part.ts';

const rotateAtBytes = 5_000_000;

export function logPath(home: string, part: PartName): string {
  return join(home, 'logs', `${part}.log`);
}

/** A log opened for appending, and where this start's lines begin. A long one is set aside as `.1` first. */
export function openLog(home: string, part: PartName): { fd: number; from: number; close: () => void } {
  const path = logPath(home, part);
  mkdirSync(join(home, 'logs'), { recursive: true });
  if (existsSync(path) && statSync(path).size > rotateAtBytes) renameSync(path, `${path}.1`);
  const fd = openSync(path, 'a', 0o600);
  return { fd, from: existsSync(path) ? statSync(path).size : 0, close: () => closeSync(fd) };
}

/** The last lines that were written since `from`. */
export function logTail(home: string, part: PartName, from: number, lines = 15): string {
  const path = logPath(home, part);
  if (!existsSync(path)) return '';
  return readFileSync(path).subarray(from).toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
