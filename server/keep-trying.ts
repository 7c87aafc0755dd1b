import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

const longestMs = 15_000;

/** Repeats a task that others must be up for, with growing pauses, until it succeeds or the server stops. */
export async function keepTrying(what: string, task: () => Promise<void>, context: { log: Logger; signal: AbortSignal }): Promise<void> {
  for (let pauseMs = 500; !context.signal.aborted; pauseMs = Math.min(longestMs, pauseMs * 2)) {
    try {
      return await task();
    } catch (error) {
      context.log.warn({ err: error, retryInMs: pauseMs }, `could not ${what} yet`);
      await sleep(pauseMs, undefined, { signal: context.signal }).catch(() => undefined);
    }
  }
}
