/** A run's own record: opening, stage times, and the document it ends with. */
import { activityInfo } from '@temporalio/activity';
import type { ErrorBody } from '../../contracts/errors.ts';
import type { ScheduledRunInput } from '../../contracts/messages.ts';
import type { Stage } from '../../contracts/names.ts';
import type { PipelinePlan } from '../../contracts/plan.ts';
import type { ArtifactRef, Outcome } from '../../contracts/run.ts';
import { markStageEnded, markStageStarted } from '../../db/queries/progress.ts';
import { endRun } from '../../db/queries/run-end.ts';
import { requireTeacherTerms } from '../../domain/synthesis/teacher-terms.ts';
import { planRun } from '../../domain/run/plan.ts';
import { withMappedErrors } from '../errors.ts';
import { writeRecord } from '../gate/record.ts';
import type { ActivityDeps } from '../deps.ts';
import { openRunOfSchedule } from './schedule.ts';
import { loadSpec } from './spec.ts';

export const createRunActivities = (deps: ActivityDeps) =>
  withMappedErrors({
    async planPipeline(input: { run: string; specRef: ArtifactRef }): Promise<PipelinePlan> {
      const spec = await loadSpec(deps, input.specRef);
      const plan = planRun(spec);
      requireTeacherTerms(spec, deps.cost.prices);
      // Opening a provider tells of a missing key now, not after the data was prepared; no request is made.
      const providers = [...new Set(plan.tuned.map(({ provider }) => provider))];
      const dedicated = providers.filter((name) => deps.providers(name).capabilities.deployment === 'separate');
      return dedicated.length === 0 ? plan : { ...plan, dedicated };
    },

    async openScheduledRun(input: ScheduledRunInput): Promise<{ run: string; specRef: ArtifactRef }> {
      return openRunOfSchedule(deps, input, activityInfo().workflowExecution?.workflowId ?? input.schedule);
    },

    async enterStage(input: { run: string; leave: Stage | null; enter: Stage | null; skipped: readonly Stage[] }): Promise<void> {
      if (input.leave) await markStageEnded(deps.db, input.run, input.leave, 'done');
      for (const stage of input.skipped) await markStageEnded(deps.db, input.run, stage, 'skipped');
      if (input.enter) await markStageStarted(deps.db, input.run, input.enter);
    },

    async finishRun(input: { run: string; outcome: Outcome; error: ErrorBody | null; failedStage: Stage | null }): Promise<void> {
      if (input.failedStage) await markStageEnded(deps.db, input.run, input.failedStage, 'failed');
      await endRun(deps.db, input.run, input.outcome, input.error, deps.environment);
      await writeRecord(deps, input.run);
    },
  });

export type RunActivities = ReturnType<typeof createRunActivities>;
