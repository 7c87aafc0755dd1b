/**
 * Gemini by Vertex AI tuning jobs; the data lies in Cloud Storage. Compared on 2026-11-27 with the types `TuningJob`, `JobState`, `SupervisedTuningSpec` and
 * `TunedModel` of the official client `@google/genai` 3.3.0 (2026-11-12). A tuned model is served from an endpoint of its own, which costs only when asked.
 */
import { GoogleAuth } from 'google-auth-library';
import type { JobStatus } from '../contracts/run.ts';
import { answerByCalls } from './bounded-calls.ts';
import { hosted } from './capabilities.ts';
import { type ChatExample, prepareFiles, systemOf, turnsOf } from './dataset-files.ts';
import { expectField } from './errors.ts';
import { preferLive } from './openai-job.ts';
import { catalogPrice } from './price.ts';
import { type Capabilities, type ChatMessage, type Job, type Provider, ProviderError } from './provider.ts';
import { type Rest, restClient } from './rest.ts';
import { mebibytes, type ProviderRow, type Variables } from './row.ts';
import { unsupported } from './unsupported.ts';

const capabilities: Capabilities = {
  ...hosted,
  limits: { minimumRows: 1, maximumRows: 1_000_000, maximumBytes: mebibytes(1024), maximumValidationRows: 5000 },
};

const statuses: Readonly<Record<string, JobStatus>> = {
  JOB_STATE_QUEUED: 'queued',
  JOB_STATE_PENDING: 'queued',
  JOB_STATE_RUNNING: 'running',
  JOB_STATE_UPDATING: 'running',
  JOB_STATE_CANCELLING: 'running',
  JOB_STATE_PAUSED: 'paused',
  JOB_STATE_SUCCEEDED: 'succeeded',
  JOB_STATE_PARTIALLY_SUCCEEDED: 'succeeded',
  JOB_STATE_FAILED: 'failed',
  JOB_STATE_EXPIRED: 'failed',
  JOB_STATE_CANCELLED: 'cancelled',
};

interface TuningJob {
  readonly name?: string;
  readonly state?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly createTime?: string;
  readonly error?: { readonly message?: string };
  readonly tunedModel?: {
    readonly model?: string;
    readonly endpoint?: string;
    readonly checkpoints?: readonly { readonly checkpointId: string; readonly step: string; readonly endpoint?: string }[];
  };
  readonly tuningDataStats?: { readonly supervisedTuningDataStats?: { readonly totalBillableTokenCount?: string } };
}

/** Label values hold at most 63 characters. */
const labelOf = (key: string) => key.slice(0, 60);
const keyLabel = 'tunegate_key';

function toJob(job: TuningJob, isCreate = false): Job {
  const billed = job.tuningDataStats?.supervisedTuningDataStats?.totalBillableTokenCount;
  return {
    id: expectField('vertex', job.name, 'a job name', isCreate),
    status: statuses[String(job.state)] ?? 'unknown',
    rawStatus: String(job.state),
    model: job.tunedModel?.endpoint ?? null,
    trainedTokens: billed === undefined ? null : Number(billed),
    resultFiles: [],
    error: job.error?.message ?? null,
    createdAt: job.createTime ?? new Date(0).toISOString(),
  };
}

const toContent = (message: ChatMessage) => ({ role: message.role === 'assistant' ? 'model' : 'user', parts: [{ text: message.content }] });
const toGeminiExample = (example: ChatExample) => {
  const system = systemOf(example);
  return {
    ...(system === null ? {} : { systemInstruction: { role: 'system', parts: [{ text: system }] } }),
    contents: turnsOf(example).map(toContent),
  };
};

/** Adapter sizes that Gemini takes; ours is rounded to the nearest below. */
const adapterSizes = [
  [16, 'ADAPTER_SIZE_SIXTEEN'],
  [8, 'ADAPTER_SIZE_EIGHT'],
  [4, 'ADAPTER_SIZE_FOUR'],
  [2, 'ADAPTER_SIZE_TWO'],
  [1, 'ADAPTER_SIZE_ONE'],
] as const;

export const vertex: ProviderRow = {
  name: 'vertex',
  title: 'Gemini on Vertex AI',
  requires: ['GOOGLE_CLOUD_PROJECT', 'GOOGLE_CLOUD_LOCATION', 'VERTEX_BUCKET'],
  capabilities,
  open: (variables, { timeoutMs }) => {
    const { required, optional } = variables;
    const location = required('GOOGLE_CLOUD_LOCATION');
    const headers = bearer(variables);
    const rest = restClient({
      provider: 'vertex',
      baseURL: `${optional('VERTEX_BASE_URL') ?? `https://${location}-aiplatform.googleapis.com`}/v1`,
      headers,
      timeoutMs,
    });
    const storage = restClient({
      provider: 'vertex',
      baseURL: optional('GOOGLE_STORAGE_URL') ?? 'https://storage.googleapis.com',
      headers,
      timeoutMs,
    });
    return vertexProvider(rest, storage, `projects/${required('GOOGLE_CLOUD_PROJECT')}/locations/${location}`, required('VERTEX_BUCKET'));
  },
};

/** A token that you bring, or Application Default Credentials. */
function bearer({ optional }: Variables): () => Promise<Readonly<Record<string, string>>> {
  const own = optional('GOOGLE_ACCESS_TOKEN');
  const auth = own ? null : new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/cloud-platform'] });
  return async () => ({ authorization: `Bearer ${own ?? (await auth?.getAccessToken())}` });
}

function vertexProvider(rest: Rest, storage: Rest, parent: string, bucket: string): Provider {
  /** Objects are named by the job's key: a repeated upload writes the same object. */
  const upload = async (bytes: Uint8Array, name: string, signal: AbortSignal | undefined) => {
    await storage('POST', `/upload/storage/v1/b/${bucket}/o`, { bytes, query: { uploadType: 'media', name }, signal });
    return `gs://${bucket}/${name}`;
  };
  const retrieve = (id: string, signal: AbortSignal | undefined) => rest<TuningJob>('GET', `/${id}`, { signal });
  const complete: Provider['complete'] = async (request, { signal } = {}) => {
    const system = request.messages.find((m) => m.role === 'system');
    const path = request.model.startsWith('projects/') ? request.model : `${parent}/publishers/google/models/${request.model}`;
    const shape = request.labels
      ? { responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: [...request.labels] } }
      : request.schema
        ? { responseMimeType: 'application/json', responseJsonSchema: request.schema }
        : {};
    const json = {
      contents: request.messages.filter((m) => m.role !== 'system').map(toContent),
      ...(system ? { systemInstruction: { role: 'system', parts: [{ text: system.content }] } } : {}),
      generationConfig: {
        temperature: request.temperature,
        maxOutputTokens: request.maxTokens,
        ...(request.seed === undefined ? {} : { seed: request.seed }),
        ...shape,
      },
    };
    const started = performance.now();
    const answer = await rest<GenerateAnswer>('POST', `/${path}:generateContent`, { json, signal });
    return {
      id: request.id,
      text: (answer.candidates?.[0]?.content?.parts ?? []).map((p) => p.text ?? '').join(''),
      scores: null,
      promptTokens: answer.usageMetadata?.promptTokenCount ?? 0,
      completionTokens: answer.usageMetadata?.candidatesTokenCount ?? 0,
      latencyMs: performance.now() - started,
      error: null,
    };
  };

  return {
    name: 'vertex',
    capabilities,

    uploadFiles: async (request, { signal } = {}) => {
      const files = prepareFiles('vertex', capabilities, request, toGeminiExample);
      return {
        training: await upload(files.training, `tunegate/${request.key}/train.jsonl`, signal),
        validation: files.validation ? await upload(files.validation, `tunegate/${request.key}/validation.jsonl`, signal) : null,
      };
    },

    createJob: async ({ key, base, hyperparameters: h, suffix }, files, { signal } = {}) => {
      const adapterSize = adapterSizes.find(([size]) => size <= Number(h.rank ?? 8))?.[1] ?? 'ADAPTER_SIZE_ONE';
      const json = {
        baseModel: base,
        tunedModelDisplayName: suffix,
        labels: { [keyLabel]: labelOf(key) },
        supervisedTuningSpec: {
          trainingDatasetUri: files.training,
          ...(files.validation ? { validationDatasetUri: files.validation } : {}),
          hyperParameters: { epochCount: String(Math.max(1, Math.round(Number(h.epochs ?? 3)))), adapterSize },
        },
      };
      return toJob(await rest<TuningJob>('POST', `/${parent}/tuningJobs`, { json, signal, isCreate: true }), true);
    },

    findJob: async ({ key }, { signal } = {}) => {
      const found: Job[] = [];
      let pageToken: string | undefined;
      do {
        const query = { filter: `labels.${keyLabel}=${labelOf(key)}`, pageSize: '100', pageToken };
        const page = await rest<{ tuningJobs?: TuningJob[]; nextPageToken?: string }>('GET', `/${parent}/tuningJobs`, { query, signal });
        found.push(...(page.tuningJobs ?? []).filter((job) => job.labels?.[keyLabel] === labelOf(key)).map((job) => toJob(job)));
        pageToken = page.nextPageToken || undefined;
      } while (pageToken);
      return preferLive(found);
    },

    job: async (id, { signal } = {}) => toJob(await retrieve(id, signal)),
    /** Tuning jobs tell no events; their state is all there is to follow. */
    events: () => Promise.resolve([]),

    checkpoints: async (id, { signal } = {}) =>
      ((await retrieve(id, signal)).tunedModel?.checkpoints ?? []).map((c) => ({
        id: `${id}:${c.checkpointId}`,
        step: Number(c.step),
        model: c.endpoint ?? '',
        metrics: {},
      })),

    cancel: async (id, { signal } = {}) => {
      await rest('POST', `/${id}:cancel`, { json: {}, signal });
      return toJob(await retrieve(id, signal));
    },
    pause: () => Promise.reject(unsupported('vertex', 'pause')),
    resume: () => Promise.reject(unsupported('vertex', 'resume')),

    complete,
    batch: (_, requests, onProgress, options) => answerByCalls({ complete, capabilities }, requests, onProgress, options),
    embed: () => Promise.reject(unsupported('vertex', 'embeddings')),

    deploy: ({ base }) => Promise.resolve(base),
    undeploy: async (model, { signal } = {}) => {
      if (!model.startsWith('projects/')) return;
      const gone = (error: unknown): null => {
        if (error instanceof ProviderError && error.status === 404) return null;
        throw error;
      };
      const endpoint = await rest<{ deployedModels?: { id: string }[] }>('GET', `/${model}`, { signal }).catch(gone);
      for (const { id } of endpoint?.deployedModels ?? []) await rest('POST', `/${model}:undeployModel`, { json: { deployedModelId: id }, signal });
      if (endpoint) await rest('DELETE', `/${model}`, { signal }).catch(gone);
    },
    weights: () => Promise.resolve(null),
    price: (base) => catalogPrice('vertex', base),
  };
}

interface GenerateAnswer {
  readonly candidates?: readonly { readonly content?: { readonly parts?: readonly { readonly text?: string }[] } }[];
  readonly usageMetadata?: { readonly promptTokenCount?: number; readonly candidatesTokenCount?: number };
}
