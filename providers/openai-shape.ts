/** Any service that speaks the OpenAI REST shape: OpenAI itself, Nebius, compatible gateways, and our own trainer. */
import OpenAI, { toFile } from 'openai';
import type { FineTuningJob } from 'openai/resources/fine-tuning/jobs/jobs';
import type { JobStatus } from '../contracts/run.ts';
import { answerBatch } from './openai-batch.ts';
import { chatBody, keyField, readCompletion } from './openai-chat.ts';
import { toProviderError } from './errors.ts';
import { type Capabilities, type Job, type JobEvent, type JobRequest, type Price, type Provider, ProviderError } from './provider.ts';

export interface OpenAiShapeOptions {
  readonly name: string;
  readonly baseURL: string;
  readonly apiKey: string;
  readonly capabilities: Capabilities;
  /** Our hyperparameters in this service's words. */
  readonly hyperparameters: (request: JobRequest) => Record<string, unknown>;
  readonly price: (base: string) => Price;
  readonly deploy?: (client: OpenAI, model: Parameters<Provider['deploy']>[0], signal: AbortSignal | undefined) => Promise<string>;
  readonly timeoutMs?: number;
}

const statuses: Readonly<Record<string, JobStatus>> = {
  validating_files: 'validating_files',
  pending: 'queued',
  queued: 'queued',
  running: 'running',
  pausing: 'pausing',
  paused: 'paused',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
};

function toJob(job: FineTuningJob): Job {
  return {
    id: job.id,
    status: statuses[String(job.status).toLowerCase()] ?? 'unknown',
    rawStatus: String(job.status),
    model: job.fine_tuned_model,
    trainedTokens: job.trained_tokens,
    resultFiles: job.result_files ?? [],
    error: job.error?.message ?? null,
    createdAt: new Date((job.created_at ?? 0) * 1000).toISOString(),
  };
}

const numberOf = (data: Record<string, unknown>, key: string): number | null => (typeof data[key] === 'number' ? (data[key] as number) : null);

function toEvent(event: { id: string; created_at: number; level: string; message: string; data?: unknown }): JobEvent {
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

export function openAiShape(options: OpenAiShapeOptions): Provider {
  const { name, capabilities } = options;
  const client = new OpenAI({ baseURL: options.baseURL, apiKey: options.apiKey, maxRetries: 0, timeout: options.timeoutMs ?? 120_000 });
  const call = async <T>(work: () => Promise<T>, isCreate = false): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw toProviderError(name, error, isCreate);
    }
  };
  const upload = async (bytes: Uint8Array, fileName: string, signal: AbortSignal | undefined) =>
    (await client.files.create({ file: await toFile(bytes, fileName), purpose: 'fine-tune' }, { signal })).id;

  const provider: Provider = {
    name,
    capabilities,

    createJob: async (request, { signal } = {}) => {
      const training = await call(() => upload(request.trainingFile, `${request.suffix}-train.jsonl`, signal));
      const validationFile = request.validationFile;
      const validation = validationFile ? await call(() => upload(validationFile, `${request.suffix}-validation.jsonl`, signal)) : null;
      const body = {
        model: request.base,
        training_file: training,
        ...(validation ? { validation_file: validation } : {}),
        seed: request.seed,
        suffix: request.suffix,
        metadata: { [keyField]: request.key },
        method: { type: 'supervised', supervised: { hyperparameters: options.hyperparameters(request) } },
      } as Parameters<typeof client.fineTuning.jobs.create>[0];
      return toJob(await call(() => client.fineTuning.jobs.create(body, { signal, headers: { 'Idempotency-Key': request.key } }), true));
    },

    findJob: (key, { signal } = {}) =>
      call(async () => {
        for await (const job of client.fineTuning.jobs.list({ limit: 100, metadata: { [keyField]: key } }, { signal })) {
          if ((job.metadata as Record<string, string> | null)?.[keyField] === key) return toJob(job);
        }
        return null;
      }),

    job: (id, { signal } = {}) => call(async () => toJob(await client.fineTuning.jobs.retrieve(id, { signal }))),

    events: (id, after, { signal } = {}) =>
      call(async () => {
        const newestFirst: JobEvent[] = [];
        for await (const event of client.fineTuning.jobs.listEvents(id, { limit: 100 }, { signal })) {
          if (event.id === after) break;
          newestFirst.push(toEvent(event));
        }
        return newestFirst.reverse();
      }),

    checkpoints: (id, { signal } = {}) =>
      call(async () => {
        const found = [];
        for await (const c of client.fineTuning.jobs.checkpoints.list(id, { limit: 100 }, { signal })) {
          found.push({ id: c.id, step: c.step_number, model: c.fine_tuned_model_checkpoint, metrics: { ...c.metrics } as Record<string, number> });
        }
        return found;
      }),

    cancel: (id, { signal } = {}) => call(async () => toJob(await client.fineTuning.jobs.cancel(id, { signal }))),
    pause: (id, { signal } = {}) => call(async () => toJob(await client.fineTuning.jobs.pause(id, { signal }))),
    resume: (id, { signal } = {}) => call(async () => toJob(await client.fineTuning.jobs.resume(id, { signal }))),

    complete: (request, { signal } = {}) =>
      call(async () => {
        const started = performance.now();
        const answer = await client.chat.completions.create(chatBody(request, capabilities), { signal });
        return readCompletion(request, answer, capabilities, performance.now() - started);
      }),

    batch: (key, requests, onProgress, { signal } = {}) => call(() => answerBatch({ client, provider, key, requests, onProgress, signal })),

    embed: (model, inputs, { signal } = {}) =>
      call(async () =>
        (await client.embeddings.create({ model, input: [...inputs], encoding_format: 'float' }, { signal })).data.map((d) => d.embedding),
      ),

    deploy: (model, { signal } = {}) => call(async () => (options.deploy ? options.deploy(client, model, signal) : model.base)),
    undeploy: async () => {},

    weights: (job, { signal } = {}) =>
      call(async () => {
        if (!capabilities.portableWeights) return null;
        const file = job.resultFiles[1];
        if (!file) throw new ProviderError(name, 'never', `job ${job.id} succeeded without a weights file`);
        return new Uint8Array(await (await client.files.content(file, { signal })).arrayBuffer());
      }),

    price: options.price,
  };
  return provider;
}
