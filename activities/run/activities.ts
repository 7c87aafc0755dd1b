/** A run's own record: opening, stage times, and the document it ends with. */
import { activityInfo } from '@temporalio/activity';
import type { ErrorBody } from '../../contracts/errors.ts';
import type { ScheduledRunInput } from '../../contracts/messages.ts';
import type { Stage } from '../../contracts/names.ts';
import type { PipelinePlan } from '../../contracts/plan.ts';
import type { ArtifactRef, Outcome } from '../../contracts/run.ts';
import { markStageEnded, markStageStarted } from '../../db/queries/progress.ts';
import { audit } from '../../db/queries/audit.ts';
import { endRun, setRunState } from '../../db/queries/run-end.ts';
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
      const { synthesis, evaluation } = spec;
      const models = [synthesis?.teacher, synthesis?.judge, evaluation.judge?.model].flatMap((model) => (model?.includes('/') ? [model] : []));
      // Opening a provider tells of a missing key now, not after the data was prepared; no request is made. Nobody polls the queue of one without its key.
      const used = [...plan.tuned, ...plan.untuned].map(({ provider }) => provider).concat(models.map((model) => model.split('/')[0] ?? model));
      for (const provider of new Set(used)) deps.providers(provider);
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

    /** What a person did to a run, and where it stands since; `state` is null where it waits for an answer that goes before. */
    async steerRun(input: {
      run: string;
      state: 'running' | 'paused' | null;
      by?: string;
      action?: 'pause' | 'resume' | 'cancel';
      reason?: string | null;
    }): Promise<void> {
      const { run, state, by, action, reason = null } = input;
      if (state !== null && action !== 'cancel') await setRunState(deps.db, run, state);
      if (action !== undefined) await audit(deps.db, { actor: by ?? 'unknown', action, subject: run, detail: { reason } });
    },

    async finishRun(input: { run: string; outcome: Outcome; error: ErrorBody | null; failedStage: Stage | null }): Promise<void> {
      if (input.failedStage) await markStageEnded(deps.db, input.run, input.failedStage, 'failed');
      await endRun(deps.db, input.run, input.outcome, input.error, deps.environment);
      await writeRecord(deps, input.run);
      const detail = { outcome: input.outcome, error: input.error?.message ?? null };
      await audit(deps.db, { actor: 'tunegate', action: 'run ended', subject: input.run, detail });
    },
  });

export type RunActivities = ReturnType<typeof createRunActivities>;
