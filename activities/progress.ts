import { Context } from '@temporalio/activity';
import type { Stage } from '../contracts/names.ts';
import { writePartProgress } from '../db/queries/progress.ts';
import type { Database } from '../db/database.ts';

const writeEveryMs = 500;
const beatEveryMs = 2_000;

/** Beats until stopped, so that a dead worker is noticed within the heartbeat timeout even while nothing is reported. */
export function keepBeating(): () => void {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), beatEveryMs);
  return () => clearInterval(timer);
}

export interface PartReport {
  readonly done: number;
  readonly total: number;
  readonly detail?: string | null;
}

/** Reports a part's progress to the table that live views read, at most twice a second; the last report always arrives. */
export function partReporter(
  db: Database,
  at: { run: string; stage: Stage; part: string; unit: string },
): { report: (p: PartReport) => void; flush: () => Promise<void> } {
  let latest: PartReport | null = null;
  let writing: Promise<void> = Promise.resolve();
  let writtenAt = 0;
  const write = () => {
    if (!latest) return;
    const report = latest;
    latest = null;
    writtenAt = Date.now();
    // A lost progress line must never fail the work that it describes.
    writing = writing.then(() => writePartProgress(db, { ...at, ...report, detail: report.detail ?? null })).catch(() => {});
  };
  return {
    report: (p) => {
      latest = p;
      if (Date.now() - writtenAt >= writeEveryMs) write();
    },
    flush: async () => {
      write();
      await writing;
    },
  };
}
