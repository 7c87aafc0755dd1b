import { setTimeout as pause } from 'node:timers/promises';
import type { EndedJob, SubmittedJob } from '../../contracts/plan.ts';
import type { JobStatus } from '../../contracts/run.ts';
import { appendEvents, lastEventId, lastStep, recordStatus } from '../../db/queries/jobs.ts';
import { TunegateError } from '../../contracts/errors.ts';
import { type Job, type JobEvent, type Provider, ProviderError } from '../../providers/provider.ts';
import { settleTraining } from '../cost/training.ts';
import type { ActivityDeps } from '../deps.ts';
import type { PartReport } from '../progress.ts';

const pollMs = { local: 1_500, hosted: 10_000 } as const;
const looksBeforeGone = 5;
const ended: ReadonlySet<JobStatus> = new Set<JobStatus>(['succeeded', 'failed', 'cancelled']);

/** Follows a job to its end and records its events. Nothing is lost by a crash: events carry ids and are asked for after the last one stored. */
export async function followJob(deps: ActivityDeps, job: SubmittedJob, report: (p: PartReport) => void, signal: AbortSignal): Promise<EndedJob> {
  const provider = deps.providers(job.provider);
  let after = await lastEventId(deps.db, job.key);
  // Of a job that another run trained, or that a worker before this one followed, the events so far are no news; the run shows them all the same.
  const known = await lastStep(deps.db, job.key);
  if (known) report({ ...known, detail: job.adopted ? 'trained by an earlier run' : null });
  let missing = 0;
  for (;;) {
    const state = await lookAt(provider, job, ++missing, signal);
    if (!state) {
      await pause(pollOf(provider), undefined, { signal });
      continue;
    }
    missing = 0;
    after = await copyEvents(deps, provider, job, after, report, signal);
    const isEnded = ended.has(state.status);
    await recordStatus(deps.db, job.key, {
      status: state.status,
      model: state.model,
      trainedTokens: state.trainedTokens,
      error: state.error,
      ended: isEnded,
    });
    if (isEnded) await settleTraining(deps, job.key);
    if (isEnded) return { status: state.status, error: state.error };
    await pause(pollOf(provider), undefined, { signal });
  }
}

const pollOf = (provider: Provider) => (provider.capabilities.portableWeights ? pollMs.local : pollMs.hosted);

/** Null while a job that was there is not found: a replica that lags says so too, which passes; a job that has vanished does not. */
async function lookAt(provider: Provider, job: SubmittedJob, missing: number, signal: AbortSignal): Promise<Job | null> {
  try {
    return await provider.job(job.jobId, { signal });
  } catch (error) {
    if (!(error instanceof ProviderError && error.status === 404)) throw error;
    if (missing < looksBeforeGone) return null;
    throw new TunegateError('job_failed', `job ${job.jobId} has vanished at ${job.provider}`, {
      where: job.provider,
      remedy: "look in the provider's console and its bill; the job's row stays open, so that no second one is made meanwhile",
    });
  }
}

async function copyEvents(
  deps: ActivityDeps,
  provider: Provider,
  job: SubmittedJob,
  after: string | null,
  report: (p: PartReport) => void,
  signal: AbortSignal,
) {
  const events = await provider.events(job.jobId, after, { signal });
  await appendEvents(
    deps.db,
    events.map((e) => ({ ...e, key: job.key, eventId: e.id, at: new Date(e.at) })),
  );
  const latest = events.findLast((e) => e.step !== null);
  if (latest) report({ done: latest.step ?? 0, total: latest.totalSteps ?? 0, detail: describe(latest) });
  return events.at(-1)?.id ?? after;
}

const describe = (e: JobEvent) =>
  [e.trainLoss === null ? null : `loss ${e.trainLoss.toFixed(3)}`, e.tokensPerSecond === null ? null : `${Math.round(e.tokensPerSecond)} tokens/s`]
    .filter(Boolean)
    .join(' · ');
