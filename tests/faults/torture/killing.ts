/** Who is killed, when: SIGKILL to parts of a stack and to the trainer's children, in an order that a seed fixes. */
import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../../domain/evaluation/random.ts';
import { type PartName, partNames } from '../../../workers/stack/part.ts';
import { readStack } from '../../../workers/stack/state.ts';

export const victims = [...partNames, 'training child', 'everything'] as const;
export type Victim = (typeof victims)[number];
export type Kills = Partial<Record<Victim, number>>;

export interface Killing {
  readonly home: string;
  readonly random: Random;
  /** Brings back what died. */
  readonly restore: () => Promise<unknown>;
  /** Kills the database where it is not a part of the stack. */
  readonly killDatabase: (() => Promise<void>) | null;
  readonly onKill: (victim: Victim) => void;
}

/** Kills and restores until `deadline` (ms since the epoch); returns how often whom. Nothing is dead when it returns. */
export async function killUntil(deadline: number, killing: Killing): Promise<Kills> {
  const { random } = killing;
  const kills: Kills = {};
  while (Date.now() < deadline) {
    await pause(500 + random.below(6_000));
    const victim = victims[random.below(victims.length)] as Victim;
    if (!(await kill(victim, killing))) continue;
    kills[victim] = (kills[victim] ?? 0) + 1;
    killing.onKill(victim);
    await pause(random.below(2_500));
    await restored(killing);
  }
  return kills;
}

/** As a person would: a start that a busy machine did not end in time is made again. One that fails three times is a finding. */
async function restored({ restore }: Killing): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await restore();
      return;
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

async function kill(victim: Victim, killing: Killing): Promise<boolean> {
  const pidOf = (part: PartName) => readStack(killing.home)?.parts[part]?.pid ?? 0;
  if (victim === 'training child') return childrenOf(pidOf('trainer')).filter((pid) => end(pid)).length > 0;
  if (victim === 'everything') return partNames.map((part) => end(pidOf(part))).some(Boolean);
  if (victim === 'postgres' && killing.killDatabase) {
    await killing.killDatabase();
    return true;
  }
  return end(pidOf(victim));
}

function end(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
}
