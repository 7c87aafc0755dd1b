/** One look at the database per run and beat, however many people watch it. */
import type { RunStatus } from '../../contracts/api.ts';
import { findRun } from '../../db/queries/runs.ts';
import type { Services } from '../services.ts';
import { readStatus } from './read-status.ts';

const beatMs = 1_000;

export interface StatusStream {
  /** Resolves with the next status that differs from the last one given, or null when `beatMs` passed without a change. */
  next(): Promise<RunStatus | null>;
}

interface Look {
  readonly status: RunStatus;
  readonly fingerprint: string;
  readonly at: number;
}
const looks = new WeakMap<Services, Map<string, Promise<Look>>>();

/** Elapsed seconds change all the time and are no news; the rest is. */
function fingerprintOf(status: RunStatus): string {
  const { seconds: _, ...document } = status.document;
  return JSON.stringify({ ...status, document });
}

async function look(services: Services, run: string): Promise<Look> {
  const shared = looks.get(services) ?? new Map<string, Promise<Look>>();
  looks.set(services, shared);
  const last = shared.get(run);
  if (last && Date.now() - (await last).at < beatMs) return last;
  if (shared.get(run) !== last) return look(services, run);
  const fresh = findRun(services.db, run)
    .then((row) => readStatus(services, row))
    .then((status) => ({ status, fingerprint: fingerprintOf(status), at: Date.now() }));
  shared.set(run, fresh);
  fresh.then(
    (l) => {
      if (l.status.state === 'ended') shared.delete(run);
    },
    () => shared.delete(run),
  );
  return fresh;
}

export function watchStatus(services: Services, run: string, stopped: AbortSignal): StatusStream {
  let seen: string | null = null;
  return {
    next: async () => {
      const { status, fingerprint } = await look(services, run);
      if (fingerprint !== seen) {
        seen = fingerprint;
        return status;
      }
      await pause(beatMs, stopped);
      return null;
    },
  };
}

function pause(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stopped.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      stopped.removeEventListener('abort', done);
      resolve();
    }
    stopped.addEventListener('abort', done);
  });
}
