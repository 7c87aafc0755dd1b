import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PartName, Ports } from './part.ts';
import { isAlive, type ProcessRecord } from './processes.ts';

/** What `stack.json` says of one process. */
export interface PartRecord extends ProcessRecord {
  readonly ports: Ports;
  readonly startedAt: string;
  /** Hash of command, addresses and code: a start that would run something else replaces the process. */
  readonly version: string;
  /** Hashes of the settings it was started with, by variable. */
  readonly settings: Readonly<Record<string, string>>;
}

/** `stack.json`: where the parts of one home run. Null stands for a service of the user's own or a part that was not asked for. */
export interface StackState {
  readonly version: 1;
  readonly product: string;
  readonly home: string;
  readonly startedAt: string;
  readonly urls: {
    readonly api: string | null;
    readonly gateway: string | null;
    readonly temporal: string | null;
    readonly temporalUi: string | null;
    readonly trainer: string | null;
  };
  readonly parts: Readonly<Partial<Record<PartName, PartRecord>>>;
}

const fileOf = (home: string) => join(home, 'stack.json');
const portsFileOf = (home: string) => join(home, 'ports.json');

/** What `stack.json` says, or null where there is none. The processes may have died since: see `isPartAlive`. */
export function readStack(home: string): StackState | null {
  return readJson<StackState>(fileOf(home));
}

export function isPartAlive(state: StackState | null, part: PartName): boolean {
  const record = state?.parts[part];
  return record !== undefined && isAlive(record);
}

export function writeStack(state: StackState): void {
  writeAtomically(fileOf(state.home), state);
  const ports = Object.fromEntries(Object.entries(state.parts).map(([name, record]) => [name, record.ports]));
  writeAtomically(portsFileOf(state.home), { ...readPorts(state.home), ...ports });
}

/** The ports are remembered beyond a stop, so that addresses that people noted down stay right. */
export function readPorts(home: string): Readonly<Partial<Record<PartName, Ports>>> {
  return readJson(portsFileOf(home)) ?? {};
}

export function removeStack(home: string): void {
  rmSync(fileOf(home), { force: true });
}

function writeAtomically(path: string, value: unknown): void {
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

function readJson<T>(path: string): T | null {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    // Left by a machine that lost power: the processes are gone too.
    return null;
  }
}
