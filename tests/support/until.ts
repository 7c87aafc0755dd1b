import { setTimeout as delay } from 'node:timers/promises';

/** Asks again until the answer is neither null, undefined nor false, and returns it. An exception counts as "not yet" and is named when time runs out. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  withinMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    let last: unknown = null;
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`waited ${withinMs / 1000} s in vain until ${what}`, { cause: last });
    await delay(50);
  }
}
