import type { FineTuningJob } from 'openai/resources/fine-tuning/jobs/jobs';
import type { JobStatus } from '../contracts/run.ts';
import { expectField } from './errors.ts';
import type { Job, JobEvent } from './provider.ts';

/** The states of platform.openai.com/docs/api-reference/fine-tuning/object, and those that services of its shape add. */
const statuses: Readonly<Record<string, JobStatus>> = {
  validating_files: 'validating_files',
  created: 'queued',
  pending: 'queued',
  notrunning: 'queued',
  queued: 'queued',
  running: 'running',
  pausing: 'pausing',
  paused: 'paused',
  resuming: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
};

export function toJob(provider: string, job: FineTuningJob, isCreate = false): Job {
  return {
    id: expectField(provider, job.id, 'a job id', isCreate),
    status: statuses[String(job.status).toLowerCase()] ?? 'unknown',
    rawStatus: String(job.status),
    model: job.fine_tuned_model ?? null,
    trainedTokens: job.trained_tokens ?? null,
    resultFiles: job.result_files ?? [],
    error: job.error?.message ?? null,
    createdAt: new Date((job.created_at ?? 0) * 1000).toISOString(),
  };
}

const numberOf = (data: Record<string, unknown>, key: string): number | null => (typeof data[key] === 'number' ? (data[key] as number) : null);

export function toEvent(event: { id: string; created_at: number; level: string; message: string; data?: unknown }): JobEvent {
  const data = (event.data ?? {}) as Record<string, unknown>;
  return {
    id: event.id,
    at: new Date(event.created_at * 1000).toISOString(),
    level: event.level === 'warn' || event.level === 'error' ? event.level : 'info',
    message: event.message,
    step: numberOf(data, 'step'),
    totalSteps: numberOf(data, 'total_steps'),
    trainLoss: numberOf(data, 'train_loss'),
    validationLoss: numberOf(data, 'valid_loss') ?? numberOf(data, 'full_valid_loss'),
    tokensPerSecond: numberOf(data, 'tokens_per_second'),
  };
}

/** Of several jobs that carry one key the live or succeeded one; else one that ended badly, so that its end is known; else none. */
export const preferLive = (jobs: readonly Job[]): Job | null =>
  jobs.find((job) => job.status !== 'failed' && job.status !== 'cancelled') ?? jobs[0] ?? null;
