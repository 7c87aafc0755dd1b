/**
 * Any service that speaks the OpenAI REST shape: OpenAI itself, Azure, Nebius, compatible gateways, and our own trainer.
 * Document: platform.openai.com/docs/api-reference/fine-tuning, as typed by the package `openai` 6.49 (2026).
 */
import type OpenAI from 'openai';
import { toFile } from 'openai';
import type { FineTuningJob } from 'openai/resources/fine-tuning/jobs/jobs';
import { prepareFiles } from './dataset-files.ts';
import { expectField, toProviderError } from './errors.ts';
import { answerBatch } from './openai-batch.ts';
import { chatBody, keyField, readCompletion } from './openai-chat.ts';
import { LeakFreeOpenAI } from './openai-client.ts';
import { preferLive, toEvent, toJob } from './openai-job.ts';
import {
  type CallOptions,
  type Capabilities,
  type Job,
  type JobEvent,
  type JobRequest,
  type Price,
  type Provider,
  ProviderError,
} from './provider.ts';
import { type Patience, patience as defaultPatience } from './row.ts';
import { type Readiness, waitUntilReady } from './wait-until-ready.ts';

export interface OpenAiShapeOptions {
  readonly name: string;
  readonly baseURL: string;
  readonly apiKey: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly capabilities: Capabilities;
  /** How a job is found again: by the key in its metadata, or where there is none by its suffix or its training file's name. */
  readonly findBy: 'metadata' | 'suffix';
  /** Our hyperparameters in this service's words; laid into `method.supervised` or at the top level. */
  readonly hyperparameters: (request: JobRequest) => Record<string, unknown>;
  readonly placeHyperparameters?: 'method' | 'top';
  readonly price: (base: string) => Price;
  readonly deploy?: (client: OpenAI, model: Parameters<Provider['deploy']>[0], signal: AbortSignal | undefined) => Promise<string>;
  readonly undeploy?: (client: OpenAI, model: string, signal: AbortSignal | undefined) => Promise<void>;
  readonly patience?: Patience;
}

const fileStates: Readonly<Record<string, Readiness['state']>> = {
  pending: 'waiting',
  running: 'waiting',
  processing: 'waiting',
  error: 'failed',
  failed: 'failed',
  deleted: 'failed',
};

export function openAiShape(options: OpenAiShapeOptions): Provider {
  const { name, capabilities, patience = defaultPatience } = options;
  const client = new LeakFreeOpenAI({
    baseURL: options.baseURL,
    apiKey: options.apiKey,
    defaultHeaders: options.headers,
    maxRetries: 0,
    timeout: patience.timeoutMs,
  });
  const call = async <T>(work: () => Promise<T>, isCreate = false): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw toProviderError(name, error, isCreate);
    }
  };
  const upload = (bytes: Uint8Array, fileName: string, signal: AbortSignal | undefined) =>
    call(async () => {
      const file = await client.files.create({ file: await toFile(bytes, fileName), purpose: 'fine-tune' }, { signal });
      const id = expectField(name, file.id, 'a file id', false);
      let seen: { status?: string; status_details?: string } = file;
      await waitUntilReady({ provider: name, what: `file ${id}`, patience, signal }, async () => {
        const state = fileStates[String(seen.status).toLowerCase()] ?? 'ready';
        if (state === 'failed') return { state, reason: seen.status_details ?? String(seen.status) };
        if (state === 'waiting') seen = await client.files.retrieve(id, { signal });
        return { state };
      });
      return id;
    });
  const listFiles = async (prefix: string, signal: AbortSignal | undefined): Promise<ReadonlySet<string>> => {
    const found = new Set<string>();
    for await (const file of client.files.list({ purpose: 'fine-tune' }, { signal })) if (file.filename?.startsWith(prefix)) found.add(file.id);
    return found;
  };
  const changed = (id: string, verb: 'cancel' | 'pause' | 'resume', { signal }: CallOptions = {}) =>
    call(async () => toJob(name, await client.fineTuning.jobs[verb](id, { signal })));

  const provider: Provider = {
    name,
    capabilities,

    uploadFiles: async (request, { signal } = {}) => {
      const files = prepareFiles(name, capabilities, request);
      return {
        training: await upload(files.training, `${request.suffix}-train.jsonl`, signal),
        validation: files.validation ? await upload(files.validation, `${request.suffix}-validation.jsonl`, signal) : null,
      };
    },

    createJob: async (request, files, { signal } = {}) => {
      const hyperparameters = options.hyperparameters(request);
      const type = request.method === 'dpo' ? 'dpo' : 'supervised';
      const body = {
        model: request.base,
        training_file: files.training,
        ...(files.validation ? { validation_file: files.validation } : {}),
        seed: request.seed,
        suffix: request.suffix,
        ...(options.findBy === 'metadata' ? { metadata: { [keyField]: request.key } } : {}),
        ...(options.placeHyperparameters === 'top' ? { hyperparameters } : { method: { type, [type]: { hyperparameters } } }),
      } as Parameters<typeof client.fineTuning.jobs.create>[0];
      return call(
        async () => toJob(name, await client.fineTuning.jobs.create(body, { signal, headers: { 'Idempotency-Key': request.key } }), true),
        true,
      );
    },

    findJob: ({ key, suffix }, { signal } = {}) =>
      call(async () => {
        const byMetadata = options.findBy === 'metadata';
        const files = byMetadata ? null : await listFiles(`${suffix}-train`, signal);
        const found: Job[] = [];
        const filter = byMetadata ? { metadata: { [keyField]: key } } : {};
        for await (const job of client.fineTuning.jobs.list({ limit: 100, ...filter }, { signal })) {
          const isOurs = files
            ? (job as FineTuningJob & { suffix?: string }).suffix === suffix || files.has(job.training_file)
            : (job.metadata as Record<string, string> | null)?.[keyField] === key;
          if (isOurs) found.push(toJob(name, job));
        }
        return preferLive(found);
      }),

    job: (id, { signal } = {}) => call(async () => toJob(name, await client.fineTuning.jobs.retrieve(id, { signal }))),

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

    cancel: (id, callOptions) => changed(id, 'cancel', callOptions),
    pause: (id, callOptions) => changed(id, 'pause', callOptions),
    resume: (id, callOptions) => changed(id, 'resume', callOptions),

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
    undeploy: (model, { signal } = {}) => call(async () => options.undeploy?.(client, model, signal)),

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
