/** Our own trainer, embedded or on GPU hosts: the OpenAI shape, absolute hyperparameters, portable weights. */
import { toFile } from 'openai';
import type OpenAI from 'openai';
import { TunegateError } from '../contracts/errors.ts';
import type { BaseShape, TrainingMachine } from '../contracts/estimate.ts';
import { openAiShape } from './openai-shape.ts';
import { type Capabilities, type Price, type JobRequest, type Provider, ProviderError } from './provider.ts';
import { restClient } from './rest.ts';
import { mebibytes, type ProviderRow } from './row.ts';

const free: Price = { trainPerMillion: 0, inputPerMillion: 0, outputPerMillion: 0, hourly: 0, asOf: '2026-11-22' };

/** The name under which weights are served: their own hash, so that a name never changes its meaning. */
const servedName = (base: string, sha256: string): string => `${base}-${sha256.slice(0, 16)}`;

const capabilities: Capabilities = {
  submission: 'idempotent',
  listingLagMs: 0,
  batch: true,
  enumeratedAnswers: true,
  jsonSchema: true,
  logprobs: true,
  pause: true,
  methods: ['lora', 'full', 'qlora', 'dpo'],
  controls: ['startFrom', 'curriculum', 'mixture', 'replay', 'frozenLayers', 'earlyStopping'],
  portableWeights: true,
  deployment: 'none',
  checkpoints: true,
  limits: { minimumRows: 1, maximumRows: null, maximumBytes: mebibytes(4096), maximumValidationRows: null },
  rate: { stepsPerSecond: 100, parallelCalls: 4 },
};

export const local: ProviderRow = {
  name: 'local',
  title: 'Own trainer',
  requires: ['TRAINER_URL'],
  capabilities,
  open: ({ optional }, patience) => {
    const trainer = optional('TRAINER_URL');
    if (!trainer)
      throw new TunegateError('trainer_unavailable', 'no trainer is configured', {
        where: 'TRAINER_URL',
        remedy: 'run `tunegate start`, or set TRAINER_URL',
      });
    const shape = openAiShape({
      name: 'local',
      baseURL: new URL('/v1', trainer).href,
      apiKey: optional('TRAINER_KEY') ?? 'none',
      capabilities,
      findBy: 'metadata',
      hyperparameters: ({ hyperparameters: h, method }) => ({
        epochs: h.epochs,
        learning_rate: h.learningRate,
        batch_size: h.batchSize,
        max_length: h.maxLength,
        weight_decay: h.weightDecay,
        warmup_ratio: h.warmupRatio,
        scheduler: h.scheduler,
        tuning: tuningOf(method),
        curriculum: h.curriculum,
        mixture: h.mixture,
        replay: h.replay,
        early_stopping: earlyStoppingOf(h.earlyStopping),
        ...(method === 'full' || method === 'linear' ? {} : adapterOf(h)),
      }),
      price: () => free,
      patience,
      deploy: registerWeights,
    });
    return { ...shape, ...extensionsOf(trainer, optional('TRAINER_KEY'), patience.timeoutMs) };
  },
};

/** What happens to the weights: DPO trains an adapter, and a linear model has none of the base's. */
const tuningOf = (method: string) => (method === 'dpo' ? 'lora' : method === 'linear' ? undefined : method);

/** What shapes an adapter. */
const adapterOf = (h: JobRequest['hyperparameters']) => ({
  rank: h.rank,
  alpha: h.alpha,
  dropout: h.dropout,
  frozen_layers: h.frozenLayers ?? 0,
  rank_stabilised: h.rankStabilised,
  dora: h.dora,
  layers: h.layers,
  target_modules: h.targetModules,
});

const watched = { loss: 'valid_loss', accuracy: 'valid_mean_token_accuracy' } as const;

function earlyStoppingOf(given: unknown): { patience: number; metric: string } | undefined {
  if (given === undefined) return undefined;
  const { patience, metric = 'loss' } = given as { patience: number; metric?: keyof typeof watched };
  return { patience, metric: watched[metric] };
}

interface ToldMachine {
  readonly memory_bytes: number | null;
  readonly precision: TrainingMachine['precision'];
  readonly base: (Omit<BaseShape, 'keyValueWidth' | 'feedForward'> & { readonly key_value_width: number; readonly feed_forward: number }) | null;
}

/** What the trainer tells beside the OpenAI shape: `POST /v1/tokenize` and `GET /v1/machine` (trainer/INSTALL.md). */
function extensionsOf(trainer: string, key: string | undefined, timeoutMs: number): Required<Pick<Provider, 'countTokens' | 'machine'>> {
  const headers = (): Record<string, string> => (key ? { authorization: `Bearer ${key}` } : {});
  const rest = restClient({ provider: 'local', baseURL: new URL('/v1', trainer).href, headers, timeoutMs });
  return {
    countTokens: async (model, { conversations = [], texts = [], maxLength }) => {
      const json = { model, conversations, texts, ...(maxLength === undefined ? {} : { max_length: maxLength }) };
      const counted = await rest<{ conversations: number[]; texts: number[] }>('POST', '/tokenize', { json });
      return [...counted.conversations, ...counted.texts];
    },
    machine: async (base) => {
      const told = await rest<ToldMachine>('GET', '/machine', { query: { base } });
      if (!told.base) return { memoryBytes: told.memory_bytes, precision: told.precision, base: null };
      const { key_value_width: keyValueWidth, feed_forward: feedForward, ...shape } = told.base;
      return { memoryBytes: told.memory_bytes, precision: told.precision, base: { ...shape, keyValueWidth, feedForward } };
    },
  };
}

async function registerWeights(client: OpenAI, model: Parameters<Provider['deploy']>[0], signal: AbortSignal | undefined): Promise<string> {
  if (!model.weights) return (await client.models.retrieve(model.base, { signal })).id;
  const id = servedName(model.base, model.weights.sha256);
  const isThere = await client.models.retrieve(id, { signal }).then(
    () => true,
    (error: { status?: number }) => {
      if (error.status === 404) return false;
      throw error;
    },
  );
  if (isThere) return id;
  const file = await client.files.create({ file: await toFile(await model.weights.read(), `${id}.safetensors`), purpose: 'fine-tune' }, { signal });
  const registered = await client.post<{ id: string }>('/models', { body: { id, base: model.base, weights_file: file.id }, signal });
  if (registered.id !== id) throw new ProviderError('local', 'never', `the trainer registered ${registered.id} instead of ${id}`);
  return id;
}
