/** Sweeps: trials are compared on validation rows, and the best becomes an arm of the run. */
import type { Arm, FrozenDataset, TrialResult, TunedPlan } from '../../contracts/plan.ts';
import { saveArm } from '../../db/queries/arms.ts';
import { jobOfCandidate } from '../../db/queries/jobs.ts';
import { takenFor } from '../../db/queries/spend.ts';
import type { ActivityDeps } from '../deps.ts';
import { withMappedErrors } from '../errors.ts';
import { judgeOf } from '../evaluation/judge.ts';
import { validationValue } from '../gate/evidence.ts';
import { loadRun } from '../run/spec.ts';

export interface TrialReview {
  readonly trials: readonly TrialResult[];
  /** Settings that go on, best first; empty where no trial has a value. */
  readonly standing: readonly number[];
  readonly spentMicroUsd: number;
}

export const createSweepActivities = (deps: ActivityDeps) =>
  withMappedErrors({
    async reviewTrials(input: { run: string; dataset: FrozenDataset; trials: readonly TrialResult[]; keep: number }): Promise<TrialReview> {
      const context = await loadRun(deps, input.run);
      const metric = context.spec.gate.metric ?? 'accuracy';
      const judge = await judgeOf(deps, context);
      const trials = await Promise.all(
        input.trials.map(async (trial) => {
          const value = trial.arm === null ? Number.NaN : await validationValue(deps, trial.arm, input.dataset, metric, judge);
          return { ...trial, value: Number.isFinite(value) ? value : null };
        }),
      );
      const best = trials.filter(({ value }) => value !== null).toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0));
      return {
        trials,
        standing: best.slice(0, input.keep).map(({ setting }) => setting),
        spentMicroUsd: await takenFor(
          deps.db,
          input.run,
          trials.map(({ name }) => name),
        ),
      };
    },

    async adoptTrial({ run, candidate, trial }: { run: string; candidate: TunedPlan; trial: Arm }): Promise<Arm> {
      const arm: Arm = { ...trial, name: candidate.name };
      await saveArm(deps.db, run, arm, { model: candidate.base, jobKey: await jobOfCandidate(deps.db, run, trial.name) });
      return arm;
    },
  });

export type SweepActivities = ReturnType<typeof createSweepActivities>;
