import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from '../setup/file-lock.mjs';
import { type PartName, partNames } from './part.ts';
import { parts } from './parts/all.ts';
import { endLeftovers, endProcess, isAlive } from './processes.ts';
import { readStack, removeStack } from './state.ts';

/** What others still need ends last. */
const order: readonly (readonly PartName[])[] = [['worker', 'server'], ['trainer'], ['temporal', 'postgres']];

/** Ends every process of a home, those that training started included. Returns the parts that ran; fine where nothing does. */
export async function stopStack(home: string, options: { onProgress?: (part: PartName) => void } = {}): Promise<readonly PartName[]> {
  if (!existsSync(home)) return [];
  return withFileLock(join(home, 'stack.lock'), async () => {
    const records = readStack(home)?.parts ?? {};
    const ended: PartName[] = [];
    const stop = async (name: PartName) => {
      const record = records[name];
      const ran = record !== undefined && isAlive(record);
      if (ran) await endProcess(record, parts[name].graceMs);
      const left = await endLeftovers(home, name);
      if (!ran && left === 0) return;
      ended.push(name);
      options.onProgress?.(name);
    };
    for (const group of order) await Promise.all(group.map(stop));
    removeStack(home);
    return partNames.filter((name) => ended.includes(name));
  });
}
