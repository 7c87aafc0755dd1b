import type { SweepResult, Trials } from '../../contracts/plan.ts';
import type { Estimate } from '../../contracts/run.ts';
import { findEvaluation } from '../../db/queries/arms.ts';
import type { Database } from '../../db/database.ts';
import type { LearningPointReport, SweepReport, TrialReport } from '../../domain/report/report-data.ts';
import { learningAdvice, sweepAdvice } from '../../domain/training/advice.ts';

interface Rows {
  readonly validation: string;
  readonly train: number;
}

/** What the run tried on validation rows, with the intervals that were stored then. */
export async function readTrials(
  db: Database,
  stored: { readonly trials: Trials | null; readonly candidate: string | null },
  rows: Rows,
  metric: string,
): Promise<{ sweep: SweepReport | null; learning: LearningPointReport[] }> {
  const { trials } = stored;
  if (trials === null) return { sweep: null, learning: [] };
  const estimateOf = async (artifact: string | undefined): Promise<Estimate | null> => {
    const evaluation = artifact === undefined ? null : await findEvaluation(db, artifact, rows.validation);
    return ((evaluation?.metrics ?? {}) as Record<string, Estimate | undefined>)[metric] ?? null;
  };
  const points = await Promise.all([
    ...trials.learning.map(async ({ share, artifact }) => ({ share, rows: rowsOf(rows.train, share), estimate: await estimateOf(artifact) })),
    ...(trials.learning.length > 0 && stored.candidate ? [{ share: 1, rows: rows.train, estimate: await estimateOf(stored.candidate) }] : []),
  ]);
  const advice = learningAdvice(points);
  return {
    sweep: trials.sweep && (await sweepReport(trials.sweep, estimateOf)),
    learning: points.map((point, i) => ({ ...point, advice: i === points.length - 1 ? advice : null })),
  };
}

const rowsOf = (all: number, share: number): number => Math.max(1, Math.round(all * share));

async function sweepReport(sweep: SweepResult, estimateOf: (artifact: string | undefined) => Promise<Estimate | null>): Promise<SweepReport> {
  const trials = await Promise.all(
    sweep.trials.map(async (trial): Promise<TrialReport> => {
      const { name, hyperparameters, value, stoppedBy } = trial;
      const known = await estimateOf(trial.arm?.artifact);
      return {
        name,
        rung: trial.rung + 1,
        hyperparameters,
        estimate: known ?? (value === null ? null : { value, low: value, high: value }),
        stoppedBy,
        isWinner: name === sweep.winner,
      };
    }),
  );
  return {
    of: sweep.of,
    winner: sweep.winner,
    stoppedBy: sweep.stoppedBy,
    trials,
    advice: sweepAdvice(trials.map((t) => ({ ...t, value: t.estimate?.value ?? null }))),
  };
}
