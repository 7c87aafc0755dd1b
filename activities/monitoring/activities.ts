/** A served model is looked at: its traffic, a graded sample, the rows that have come since, and how long its base will last. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { activityInfo, Context } from '@temporalio/activity';
import type { Artifact } from '../../contracts/artifact.ts';
import type { IsoDate } from '../../contracts/catalogue.ts';
import type { ScheduledRunInput } from '../../contracts/messages.ts';
import type { Agreement, MonitoringCheck } from '../../contracts/monitoring.ts';
import { audit } from '../../db/queries/audit.ts';
import { baseOfModel } from '../../db/queries/jobs.ts';
import { lastRunOf, saveCheck } from '../../db/queries/monitoring.ts';
import { comparisonKey } from '../../domain/dataset/comparison-key.ts';
import { shouldRetrain } from '../../domain/monitoring/should-retrain.ts';
import { championDataset } from '../dataset/champion-rows.ts';
import { prepareSources } from '../dataset/prepare-sources.ts';
import type { ActivityDeps } from '../deps.ts';
import { withMappedErrors } from '../errors.ts';
import { keepBeating } from '../progress.ts';
import { currentFiles } from '../run/schedule.ts';
import { loadSpec } from '../run/spec.ts';
import { readChampion } from './champion.ts';
import { gradeTraffic } from './grade.ts';
import { observeTraffic, type Traffic } from './observe.ts';

export interface CheckInput extends ScheduledRunInput {
  readonly traffic: Traffic;
  readonly agreement: Agreement | null;
  readonly newRows: number | null;
}

export const createMonitoringActivities = (deps: ActivityDeps) =>
  withMappedErrors({
    async measureTraffic(input: ScheduledRunInput): Promise<Traffic> {
      const { deployment, monitoring } = await loadSpec(deps, input.specRef);
      const champion = await readChampion(deps, deployment.endpoint);
      if (!champion) return { requests: 0, unparseable: 0, drift: { features: [], note: 'the endpoint serves nothing yet' } };
      return observeTraffic(deps, deployment.endpoint, champion, monitoring.drift.psi);
    },

    async gradeSample(input: ScheduledRunInput): Promise<Agreement | null> {
      const stop = keepBeating();
      try {
        const { deployment, monitoring } = await loadSpec(deps, input.specRef);
        const champion = await readChampion(deps, deployment.endpoint);
        return champion && (await gradeTraffic(deps, deployment.endpoint, champion, monitoring.sample, Context.current().cancellationSignal));
      } finally {
        stop();
      }
    },

    /** Rows of the source as it is now that the champion's dataset does not have; null where nobody asked. */
    async countNewRows(input: ScheduledRunInput): Promise<number | null> {
      const spec = await loadSpec(deps, input.specRef);
      if (spec.monitoring.retrain.onNewRows === undefined) return null;
      const champion = await championDataset(deps, spec.deployment.endpoint);
      if (champion === null) return null;
      const stop = keepBeating();
      const folder = await mkdtemp(join(tmpdir(), 'tunegate-monitor-'));
      try {
        const files = await currentFiles(deps, input);
        const { prepared } = await prepareSources(deps, { spec, files, champion }, folder);
        const rows = [...prepared.train, ...prepared.validation, ...prepared.test, ...prepared.fresh];
        return rows.filter((row) => !champion.known.has(comparisonKey(row.input))).length;
      } finally {
        stop();
        await rm(folder, { recursive: true, force: true });
      }
    },

    /** Decides whether a retraining run is due, and records what was found. */
    async recordCheck(input: CheckInput): Promise<MonitoringCheck & { readonly start: boolean }> {
      const spec = await loadSpec(deps, input.specRef);
      const { endpoint } = spec.deployment;
      const champion = await readChampion(deps, endpoint);
      const shutdown = champion && (await shutdownOf(deps, champion.artifact));
      const { beganAt, isRunning } = await lastRunOf(deps.db, spec.name);
      const { traffic, agreement, newRows } = input;
      const { start, reasons, heldBack } = shouldRetrain({
        settings: spec.monitoring.retrain,
        drift: traffic.drift,
        agreement,
        newRows,
        shutdown,
        nowMs: Date.now(),
        lastRunMs: beganAt?.getTime() ?? null,
        isRunning,
      });
      const at = new Date().toISOString();
      const check = { endpoint, at, artifact: champion?.ref ?? null, ...traffic, agreement, newRows, shutdown, reasons, heldBack, run: null };
      await saveCheck(deps.db, activityInfo().workflowExecution?.workflowId ?? input.schedule, check);
      return { ...check, start };
    },

    async recordRetraining({ check, run }: { check: MonitoringCheck; run: string }): Promise<void> {
      await saveCheck(deps.db, activityInfo().workflowExecution?.workflowId ?? run, { ...check, run });
      const subject = `endpoint/${check.endpoint}`;
      await audit(deps.db, { actor: 'monitoring', action: 'retraining started', subject, detail: { run, reasons: check.reasons } });
    },
  });

/** A hosted service names a tuned model anew: it ends with the base that it came from. */
async function shutdownOf(deps: ActivityDeps, { provider, base: served }: Artifact): Promise<IsoDate | null> {
  const base = (await baseOfModel(deps.db, provider, served)) ?? served;
  return deps.cost.prices.find(provider, base)?.retirement.shutdown ?? null;
}

export type MonitoringActivities = ReturnType<typeof createMonitoringActivities>;
