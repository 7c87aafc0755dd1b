/**
 * Fireworks AI. Compared on 2026-11-27 with the official client `fireworks-ai` 1.2.30 on PyPI, whose types are made from the service's OpenAPI document:
 * datasets, supervisedFineTuningJobs with `:cancel`, deployments.
 * Datasets and jobs carry names of our choosing, so that a repeated create meets the first one: idempotent.
 */
import type { JobStatus } from '../contracts/run.ts';
import { hosted } from './capabilities.ts';
import { chatRest } from './chat-rest.ts';
import { prepareFiles } from './dataset-files.ts';
import { expectField } from './errors.ts';
import { catalogPrice } from './price.ts';
import { type Capabilities, type Job, type Provider, ProviderError } from './provider.ts';
import { fileForm, type Rest, restClient } from './rest.ts';
import { mebibytes, type Patience, type ProviderRow } from './row.ts';
import { unsupported } from './unsupported.ts';
import { waitUntilReady } from './wait-until-ready.ts';

const capabilities: Capabilities = {
  ...hosted,
  submission: 'idempotent',
  listingLagMs: 0,
  checkpoints: false,
  deployment: 'separate',
  limits: { minimumRows: 3, maximumRows: 3_000_000, maximumBytes: mebibytes(150), maximumValidationRows: null },
};

const statuses: Readonly<Record<string, JobStatus>> = {
  CREATING: 'queued',
  CREATING_INPUT_DATASET: 'queued',
  PENDING: 'queued',
  VALIDATING: 'validating_files',
  RUNNING: 'running',
  IDLE: 'running',
  RE_QUEUEING: 'queued',
  WRITING_RESULTS: 'running',
  CANCELLING: 'running',
  PAUSED: 'paused',
  COMPLETED: 'succeeded',
  EARLY_STOPPED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  EXPIRED: 'failed',
  DELETING: 'cancelled',
  DELETING_CLEANING_UP: 'cancelled',
};

interface TuningJob {
  readonly name?: string;
  readonly state?: string;
  readonly status?: { readonly code?: string; readonly message?: string };
  readonly outputModel?: string;
  readonly createTime?: string;
  readonly jobProgress?: { readonly percent?: number; readonly epoch?: number; readonly inputTokens?: number };
}

const lastPart = (name: string) => name.split('/').at(-1) ?? name;

function toJob(job: TuningJob, isCreate = false): Job {
  const status = statuses[String(job.state).replace('JOB_STATE_', '')] ?? 'unknown';
  return {
    id: lastPart(expectField('fireworks', job.name, 'a job name', isCreate)),
    status,
    rawStatus: String(job.state),
    model: status === 'succeeded' ? (job.outputModel ?? null) : null,
    trainedTokens: job.jobProgress?.inputTokens ?? null,
    resultFiles: [],
    error: status === 'failed' ? (job.status?.message ?? String(job.state)) : null,
    createdAt: job.createTime ?? new Date(0).toISOString(),
  };
}

/** Lower-case letters, digits and hyphens, beginning with a letter, at most 63. */
const jobName = (key: string) => `tg-${key.slice(0, 40)}`;

export const fireworks: ProviderRow = {
  name: 'fireworks',
  title: 'Fireworks AI',
  requires: ['FIREWORKS_API_KEY', 'FIREWORKS_ACCOUNT_ID'],
  capabilities,
  open: ({ required, optional }, patience) => {
    const key = required('FIREWORKS_API_KEY');
    const rest = restClient({
      provider: 'fireworks',
      baseURL: optional('FIREWORKS_BASE_URL') ?? 'https://api.fireworks.ai',
      headers: () => ({ authorization: `Bearer ${key}` }),
      timeoutMs: patience.timeoutMs,
    });
    return fireworksProvider(rest, required('FIREWORKS_ACCOUNT_ID'), patience);
  },
};

const whereStatus =
  <T>(status: number, otherwise: () => T | Promise<T>) =>
  (error: unknown): T | Promise<T> => {
    if (error instanceof ProviderError && error.status === status) return otherwise();
    throw error;
  };

function fireworksProvider(rest: Rest, accountId: string, patience: Patience): Provider {
  const account = `/v1/accounts/${accountId}`;
  const jobPath = (id: string) => `${account}/supervisedFineTuningJobs/${id}`;
  const find = (id: string, signal: AbortSignal | undefined) => rest<TuningJob>('GET', jobPath(id), { signal });

  const upload = async (bytes: Uint8Array, datasetId: string, signal: AbortSignal | undefined): Promise<string> => {
    const path = `${account}/datasets/${datasetId}`;
    const exampleCount = String(Buffer.from(bytes).toString('utf8').trimEnd().split('\n').length);
    const json = { datasetId, dataset: { userUploaded: {}, format: 'CHAT', exampleCount } };
    await rest('POST', `${account}/datasets`, { json, signal }).catch(whereStatus(409, () => undefined));
    const state = async () => (await rest<{ state?: string }>('GET', path, { signal })).state;
    if ((await state()) !== 'READY') await rest('POST', `${path}:upload`, { form: fileForm(bytes, `${datasetId}.jsonl`, {}), signal });
    await waitUntilReady({ provider: 'fireworks', what: `dataset ${datasetId}`, patience, signal }, async () => {
      const now = await state();
      return now === 'READY' ? { state: 'ready' } : { state: 'waiting' };
    });
    return `accounts/${accountId}/datasets/${datasetId}`;
  };

  return {
    name: 'fireworks',
    capabilities,

    uploadFiles: async (request, { signal } = {}) => {
      const files = prepareFiles('fireworks', capabilities, request);
      return {
        training: await upload(files.training, `${jobName(request.key)}-train`, signal),
        validation: files.validation ? await upload(files.validation, `${jobName(request.key)}-eval`, signal) : null,
      };
    },

    createJob: async ({ key, base, hyperparameters: h, suffix }, files, { signal } = {}) => {
      const id = jobName(key);
      const json = {
        displayName: suffix,
        dataset: files.training,
        ...(files.validation ? { evaluationDataset: files.validation } : {}),
        baseModel: base.includes('/') ? base : `accounts/fireworks/models/${base}`,
        outputModel: `accounts/${accountId}/models/${suffix}`,
        epochs: Math.max(1, Math.round(Number(h.epochs ?? 3))),
        learningRate: h.learningRate,
        loraRank: h.rank,
        maxContextLength: h.maxLength,
        batchSizeSamples: h.batchSize,
        optimizerWeightDecay: h.weightDecay,
      };
      const query = { supervisedFineTuningJobId: id };
      const made = rest<TuningJob>('POST', `${account}/supervisedFineTuningJobs`, { json, query, signal, isCreate: true });
      // The name is taken: by an earlier create of ours, which is looked at. Where it does not show, the 409 stays unclear.
      const earlier = (refused: unknown) =>
        whereStatus(409, () =>
          find(id, signal).catch(() => {
            throw refused;
          }),
        )(refused);
      return toJob(await made.catch(earlier), true);
    },

    findJob: async ({ key }, { signal } = {}) => {
      const job = await find(jobName(key), signal).catch(whereStatus<TuningJob | null>(404, () => null));
      return job ? toJob(job) : null;
    },

    job: async (id, { signal } = {}) => toJob(await find(id, signal)),

    /** There is no list of events; progress is told as one event per percent seen. */
    events: async (id, after, { signal } = {}) => {
      const { jobProgress } = await find(id, signal);
      if (jobProgress?.percent === undefined) return [];
      const event = {
        id: `percent-${jobProgress.percent}`,
        at: new Date().toISOString(),
        level: 'info' as const,
        message: `${jobProgress.percent} % done, epoch ${jobProgress.epoch ?? 0}`,
        step: jobProgress.percent,
        totalSteps: 100,
        trainLoss: null,
        validationLoss: null,
        tokensPerSecond: null,
      };
      return event.id === after ? [] : [event];
    },

    checkpoints: () => Promise.resolve([]),
    cancel: async (id, { signal } = {}) => {
      await rest('POST', `${jobPath(id)}:cancel`, { json: {}, signal });
      return toJob(await find(id, signal));
    },
    pause: () => Promise.reject(unsupported('fireworks', 'pause')),
    resume: () => Promise.reject(unsupported('fireworks', 'resume')),

    ...chatRest({ name: 'fireworks', rest, path: '/inference/v1/chat/completions', capabilities, embedPath: '/inference/v1/embeddings' }),

    deploy: async ({ base }, { signal } = {}) => {
      if (!base.startsWith(`accounts/${accountId}/`)) return base;
      const id = lastPart(base);
      await rest('POST', `${account}/deployments`, {
        json: { baseModel: base, minReplicaCount: 0, maxReplicaCount: 1 },
        query: { deploymentId: id },
        signal,
      }).catch(whereStatus(409, () => undefined));
      await waitUntilReady({ provider: 'fireworks', what: `deployment ${id}`, patience, signal }, async () => {
        const { state } = await rest<{ state?: string }>('GET', `${account}/deployments/${id}`, { signal });
        if (state === 'READY') return { state: 'ready' };
        return state === 'FAILED' ? { state: 'failed', reason: state } : { state: 'waiting' };
      });
      return `${base}#accounts/${accountId}/deployments/${id}`;
    },
    undeploy: async (model, { signal } = {}) => {
      const id = lastPart(model);
      await rest('DELETE', `${account}/deployments/${id}`, { signal }).catch(whereStatus(404, () => undefined));
    },
    weights: () => Promise.resolve(null),
    price: (base) => catalogPrice('fireworks', base),
  };
}
