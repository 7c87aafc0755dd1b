/**
 * Mistral. Its fine-tuning is deprecated and "no longer actively supported", without a replacement or a last day (docs.mistral.ai/resources/deprecated,
 * read 2026-11-27); the official client has no such call since its version 2. The adapter stays for accounts whose jobs are still taken. Compared on
 * 2026-11-27 with the last client that has them, `@mistralai/mistralai` 1.15.1. Tuned models are served as they are; each costs storage by the month.
 */
import type { JobStatus } from '../contracts/run.ts';
import { hosted } from './capabilities.ts';
import { chatRest } from './chat-rest.ts';
import { prepareFiles } from './dataset-files.ts';
import { expectField } from './errors.ts';
import { preferLive } from './openai-job.ts';
import { catalogPrice } from './price.ts';
import { type Capabilities, type Job, type JobEvent, type Provider, ProviderError } from './provider.ts';
import { fileForm, type Rest, restClient } from './rest.ts';
import { mebibytes, type ProviderRow } from './row.ts';
import { unsupported } from './unsupported.ts';

const capabilities: Capabilities = {
  ...hosted,
  limits: { minimumRows: 1, maximumRows: null, maximumBytes: mebibytes(512), maximumValidationRows: null },
};

const statuses: Readonly<Record<string, JobStatus>> = {
  QUEUED: 'queued',
  STARTED: 'running',
  VALIDATING: 'validating_files',
  VALIDATED: 'queued',
  RUNNING: 'running',
  FAILED_VALIDATION: 'failed',
  FAILED: 'failed',
  SUCCESS: 'succeeded',
  CANCELLED: 'cancelled',
  CANCELLATION_REQUESTED: 'running',
};

interface FineTuningJob {
  readonly id?: string;
  readonly status?: string;
  readonly suffix?: string | null;
  readonly fine_tuned_model?: string | null;
  readonly trained_tokens?: number | null;
  readonly created_at?: number;
  readonly events?: readonly { name: string; data?: { status?: string; error?: string | null } | null; created_at: number }[];
  readonly checkpoints?: readonly {
    metrics: { train_loss?: number | null; valid_loss?: number | null };
    step_number: number;
    created_at: number;
  }[];
}

function toJob(job: FineTuningJob, isCreate = false): Job {
  const status = statuses[String(job.status).toUpperCase()] ?? 'unknown';
  return {
    id: expectField('mistral', job.id, 'a job id', isCreate),
    status,
    rawStatus: String(job.status),
    model: job.fine_tuned_model ?? null,
    trainedTokens: job.trained_tokens ?? null,
    resultFiles: [],
    error: status === 'failed' ? (job.events?.map((e) => e.data?.error).find(Boolean) ?? String(job.status)) : null,
    createdAt: new Date((job.created_at ?? 0) * 1000).toISOString(),
  };
}

/** Checkpoints carry the losses; they are told as events, so that curves are drawn from them. */
function toEvents(job: FineTuningJob): JobEvent[] {
  const nothing = { step: null, totalSteps: null, trainLoss: null, validationLoss: null, tokensPerSecond: null };
  const states = (job.events ?? []).map((e): JobEvent & { order: number } => ({
    ...nothing,
    id: `${e.created_at}-${e.name}-${e.data?.status ?? ''}`,
    at: new Date(e.created_at * 1000).toISOString(),
    level: e.data?.error ? 'error' : 'info',
    message: e.data?.error ?? e.data?.status ?? e.name,
    order: e.created_at,
  }));
  const losses = (job.checkpoints ?? []).map((c): JobEvent & { order: number } => ({
    ...nothing,
    id: `checkpoint-${c.step_number}`,
    at: new Date(c.created_at * 1000).toISOString(),
    level: 'info',
    message: `checkpoint at step ${c.step_number}`,
    step: c.step_number,
    trainLoss: c.metrics.train_loss ?? null,
    validationLoss: c.metrics.valid_loss ?? null,
    order: c.created_at,
  }));
  return [...states, ...losses].sort((a, b) => a.order - b.order).map(({ order: _, ...event }) => event);
}

export const mistral: ProviderRow = {
  name: 'mistral',
  title: 'Mistral',
  requires: ['MISTRAL_API_KEY'],
  capabilities,
  open: ({ required, optional }, { timeoutMs }) => {
    const key = required('MISTRAL_API_KEY');
    return mistralProvider(
      restClient({
        provider: 'mistral',
        baseURL: optional('MISTRAL_BASE_URL') ?? 'https://api.mistral.ai/v1',
        headers: () => ({ authorization: `Bearer ${key}` }),
        timeoutMs,
      }),
    );
  },
};

function mistralProvider(rest: Rest): Provider {
  const upload = async (bytes: Uint8Array, fileName: string, signal: AbortSignal | undefined) => {
    const file = await rest<{ id?: string }>('POST', '/files', { form: fileForm(bytes, fileName, { purpose: 'fine-tune' }), signal });
    return expectField('mistral', file.id, 'a file id', false);
  };
  const retrieve = (id: string, signal: AbortSignal | undefined) => rest<FineTuningJob>('GET', `/fine_tuning/jobs/${id}`, { signal });
  return {
    name: 'mistral',
    capabilities,

    uploadFiles: async (request, { signal } = {}) => {
      const files = prepareFiles('mistral', capabilities, request);
      return {
        training: await upload(files.training, `${request.suffix}-train.jsonl`, signal),
        validation: files.validation ? await upload(files.validation, `${request.suffix}-validation.jsonl`, signal) : null,
      };
    },

    createJob: async ({ base, hyperparameters: h, suffix }, files, { signal } = {}) => {
      const json = {
        model: base,
        job_type: 'completion',
        training_files: [{ file_id: files.training, weight: 1 }],
        ...(files.validation ? { validation_files: [files.validation] } : {}),
        hyperparameters: { epochs: h.epochs, learning_rate: h.learningRate, weight_decay: h.weightDecay, warmup_fraction: h.warmupRatio },
        suffix,
        auto_start: true,
      };
      return toJob(await rest<FineTuningJob>('POST', '/fine_tuning/jobs', { json, signal, isCreate: true }), true);
    },

    findJob: async ({ suffix }, { signal } = {}) => {
      const { data = [] } = await rest<{ data?: FineTuningJob[] }>('GET', '/fine_tuning/jobs', { query: { suffix, page_size: '100' }, signal });
      return preferLive(data.filter((job) => job.suffix === suffix).map((job) => toJob(job)));
    },

    job: async (id, { signal } = {}) => toJob(await retrieve(id, signal)),

    events: async (id, after, { signal } = {}) => {
      const events = toEvents(await retrieve(id, signal));
      return events.slice(events.findIndex((e) => e.id === after) + 1);
    },

    checkpoints: async (id, { signal } = {}) => {
      const job = await retrieve(id, signal);
      return (job.checkpoints ?? []).map((c) => ({
        id: `${id}:${c.step_number}`,
        step: c.step_number,
        model: job.fine_tuned_model ?? '',
        metrics: Object.fromEntries(Object.entries(c.metrics).filter((entry): entry is [string, number] => typeof entry[1] === 'number')),
      }));
    },

    cancel: async (id, { signal } = {}) => toJob(await rest<FineTuningJob>('POST', `/fine_tuning/jobs/${id}/cancel`, { signal })),
    pause: () => Promise.reject(unsupported('mistral', 'pause')),
    resume: () => Promise.reject(unsupported('mistral', 'resume')),

    ...chatRest({ name: 'mistral', rest, path: '/chat/completions', capabilities, seedField: 'random_seed', embedPath: '/embeddings' }),

    deploy: ({ base }) => Promise.resolve(base),
    undeploy: async (model, { signal } = {}) => {
      await rest('DELETE', `/models/${encodeURIComponent(model)}`, { signal }).catch((error: unknown) => {
        if (!(error instanceof ProviderError && error.status === 404)) throw error;
      });
    },
    weights: () => Promise.resolve(null),
    price: (base) => catalogPrice('mistral', base),
  };
}
