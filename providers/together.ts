/**
 * Together AI. Compared on 2026-11-27, field by field, with github.com/togethercomputer/openapi (openapi.yaml, "Together APIs" 2.0.0, commit of
 * 2026-04-28), the types of the package `together-ai` 0.52.0 (2026-09-12) and those of `together` 3.1.1 (PyPI). A tuned model answers from a dedicated
 * endpoint, on a host of its own; validation rows are billed as training rows are, once for each of `n_evals`.
 */
import type { JobStatus } from '../contracts/run.ts';
import { hosted } from './capabilities.ts';
import { chatRest } from './chat-rest.ts';
import { prepareFiles } from './dataset-files.ts';
import { expectField } from './errors.ts';
import { preferLive } from './openai-job.ts';
import { catalogPrice } from './price.ts';
import type { Capabilities, Job, JobEvent, Provider } from './provider.ts';
import { fileForm, type Rest, restClient } from './rest.ts';
import { mebibytes, type Patience, type ProviderRow } from './row.ts';
import { dedicatedEndpoints, isEndpoint, type Serving } from './together-endpoints.ts';
import { unsupported } from './unsupported.ts';
import { waitUntilReady } from './wait-until-ready.ts';

const capabilities: Capabilities = {
  ...hosted,
  methods: ['lora', 'full'],
  deployment: 'separate',
  limits: { minimumRows: 1, maximumRows: null, maximumBytes: mebibytes(25 * 1024), maximumValidationRows: null },
};

const statuses: Readonly<Record<string, JobStatus>> = {
  pending: 'queued',
  queued: 'queued',
  running: 'running',
  compressing: 'running',
  uploading: 'running',
  cancel_requested: 'running',
  completed: 'succeeded',
  cancelled: 'cancelled',
  error: 'failed',
  // Told by older documents alone.
  user_error: 'failed',
};

interface FineTune {
  readonly id?: string;
  readonly status?: string;
  readonly suffix?: string;
  readonly output_name?: string;
  readonly model_output_name?: string;
  /** Where a completed job's model stands in the registry: `ml_…`. */
  readonly model_object_id?: string;
  readonly token_count?: number;
  readonly created_at?: string;
  readonly events?: readonly FineTuneEvent[];
}
interface FineTuneEvent {
  readonly created_at: string;
  readonly message: string;
  readonly type: string;
  readonly level?: string | null;
  readonly step?: number;
  readonly total_steps?: number;
  readonly hash?: string;
}
interface Checkpoint {
  readonly step: number;
  readonly object_id?: string;
}

const outputOf = (job: FineTune) => job.output_name ?? job.model_output_name ?? null;

function toJob(job: FineTune, isCreate = false): Job {
  const status = statuses[String(job.status).toLowerCase()] ?? 'unknown';
  return {
    id: expectField('together', job.id, 'a job id', isCreate),
    status,
    rawStatus: String(job.status),
    model: status === 'succeeded' ? (job.model_object_id ?? null) : null,
    trainedTokens: job.token_count ?? null,
    resultFiles: [],
    error: status === 'failed' ? (job.events?.at(-1)?.message ?? String(job.status)) : null,
    createdAt: job.created_at ?? new Date(0).toISOString(),
  };
}

const toEvent = (e: FineTuneEvent, i: number): JobEvent => ({
  id: e.hash || `${e.created_at}-${i}`,
  at: new Date(e.created_at).toISOString(),
  level: e.level === 'error' ? 'error' : e.level === 'warning' ? 'warn' : 'info',
  message: e.message,
  step: e.step ?? null,
  totalSteps: e.total_steps ?? null,
  trainLoss: null,
  validationLoss: null,
  tokensPerSecond: null,
});

export const together: ProviderRow = {
  name: 'together',
  title: 'Together AI',
  requires: ['TOGETHER_API_KEY'],
  capabilities,
  open: ({ required, optional }, patience) => {
    const key = required('TOGETHER_API_KEY');
    const at = (baseURL: string) =>
      restClient({ provider: 'together', baseURL, headers: () => ({ authorization: `Bearer ${key}` }), timeoutMs: patience.timeoutMs });
    const own = optional('TOGETHER_BASE_URL');
    const v1 = own ?? 'https://api.together.ai/v1';
    const hosts = { v1: at(v1), v2: at(v1.replace(/\/v1\/?$/, '/v2')), dedicated: at(own ?? 'https://api-inference.together.ai/v1') };
    const serving = { config: optional('TOGETHER_CONFIG') ?? null, inactiveMinutes: Number(optional('TOGETHER_INACTIVE_MINUTES') ?? 0) };
    return togetherProvider(hosts, patience, serving);
  },
};

interface Hosts {
  readonly v1: Rest;
  readonly v2: Rest;
  /** Answers of dedicated endpoints come from here. */
  readonly dedicated: Rest;
}

function togetherProvider({ v1: rest, v2, dedicated }: Hosts, patience: Patience, serving: Serving): Provider {
  const chatAt = (host: Rest) => chatRest({ name: 'together', rest: host, path: '/chat/completions', capabilities, embedPath: '/embeddings' });
  const shared = chatAt(rest);
  const own = chatAt(dedicated);
  const chatOf = (model: string | undefined) => (model !== undefined && isEndpoint(model) ? own : shared);
  const upload = async (bytes: Uint8Array, fileName: string, signal: AbortSignal | undefined) => {
    const form = fileForm(bytes, fileName, { purpose: 'fine-tune', file_name: fileName, file_type: 'jsonl' });
    const id = expectField('together', (await rest<{ id?: string }>('POST', '/files/upload', { form, signal })).id, 'a file id', false);
    await waitUntilReady({ provider: 'together', what: `file ${id}`, patience, signal }, async () => {
      const file = await rest<{ Processed?: boolean; processing_status?: string }>('GET', `/files/${id}`, { signal });
      if (/fail|error|invalid/i.test(file.processing_status ?? '')) return { state: 'failed', reason: String(file.processing_status) };
      return { state: file.Processed === false ? 'waiting' : 'ready' };
    });
    return id;
  };
  return {
    name: 'together',
    capabilities,

    uploadFiles: async (request, { signal } = {}) => {
      const files = prepareFiles('together', capabilities, request);
      return {
        training: await upload(files.training, `${request.suffix}-train.jsonl`, signal),
        validation: files.validation ? await upload(files.validation, `${request.suffix}-validation.jsonl`, signal) : null,
      };
    },

    createJob: async ({ base, hyperparameters: h, method, seed, suffix }, files, { signal } = {}) => {
      const json = {
        model: base,
        training_file: files.training,
        ...(files.validation ? { validation_file: files.validation, n_evals: 1 } : {}),
        n_epochs: Math.max(1, Math.round(Number(h.epochs ?? 3))),
        batch_size: h.batchSize ?? 'max',
        learning_rate: h.learningRate,
        warmup_ratio: h.warmupRatio,
        weight_decay: h.weightDecay,
        random_seed: seed,
        suffix,
        training_method: { method: 'sft', train_on_inputs: false },
        training_type:
          method === 'full'
            ? { type: 'Full' }
            : { type: 'Lora', lora_r: h.rank, lora_alpha: Math.max(1, Math.round(Number(h.alpha ?? h.rank))), lora_dropout: h.dropout },
      };
      return toJob(await rest<FineTune>('POST', '/fine-tunes', { json, signal, isCreate: true }), true);
    },

    findJob: async ({ suffix }, { signal } = {}) => {
      const { data = [] } = await rest<{ data?: FineTune[] }>('GET', '/fine-tunes', { signal });
      return preferLive(data.filter((job) => job.suffix === suffix || outputOf(job)?.includes(suffix)).map((job) => toJob(job)));
    },

    job: async (id, { signal } = {}) => toJob(await rest<FineTune>('GET', `/fine-tunes/${id}`, { signal })),

    events: async (id, after, { signal } = {}) => {
      const { data = [] } = await rest<{ data?: FineTuneEvent[] }>('GET', `/fine-tunes/${id}/events`, { signal });
      const events = data.map(toEvent);
      return events.slice(events.findIndex((e) => e.id === after) + 1);
    },

    checkpoints: async (id, { signal } = {}) => {
      const { data = [] } = await rest<{ data?: Checkpoint[] }>('GET', `/fine-tunes/${id}/checkpoints`, { signal });
      return data.map((c) => ({ id: `${id}:${c.step}`, step: c.step, model: c.object_id ?? `${id}:${c.step}`, metrics: {} }));
    },

    cancel: async (id, { signal } = {}) => toJob(await rest<FineTune>('POST', `/fine-tunes/${id}/cancel`, { signal })),
    pause: () => Promise.reject(unsupported('together', 'pause')),
    resume: () => Promise.reject(unsupported('together', 'resume')),

    complete: (request, options) => chatOf(request.model).complete(request, options),
    batch: (key, requests, onProgress, options) => chatOf(requests[0]?.model).batch(key, requests, onProgress, options),
    embed: shared.embed,
    ...dedicatedEndpoints(rest, v2, patience, serving),

    weights: () => Promise.resolve(null),
    price: (base) => catalogPrice('together', base),
  };
}
