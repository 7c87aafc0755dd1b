/** The pipeline file. `tunegate explain FILE` prints it with every default filled in. Optional keys may be added; none is renamed. */
import { z } from 'zod';
import { findingKinds } from './run.ts';

const share = z.number().min(0).max(1);
const count = z.number().int().positive();
/** At most ten years: what lies behind has no date, and no timer reaches it. */
const duration = z
  .string()
  .regex(
    /^\d{1,4}(\.\d+)?d$|^\d{1,5}(\.\d+)?h$|^\d{1,7}(\.\d+)?m$|^\d{1,8}(\.\d+)?(ms|s)$/,
    'a duration such as 30s, 10m, 72h or 30d, of at most a few years',
  );
const period = duration.regex(/[1-9]/, 'a duration above zero, such as 30s, 10m, 72h or 30d');
/** In whole micro-dollars it must stay exact. */
const usd = z.number().min(0).max(1e9);
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, at most 63');

const labels = z.union([z.literal('auto'), z.array(z.string().min(1)).min(2)]);

/** An answer is cut behind it; 256 for extraction and 96 for generation where left out. */
const maxAnswerTokens = count.max(8192).optional();

const taskSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('classification'),
    instruction: z.string().optional(),
    labels: labels.default('auto'),
    /** The label for messages that are none of the others. */
    outOfScope: z.string().min(1).optional(),
  }),
  z.strictObject({
    type: z.literal('extraction'),
    instruction: z.string().optional(),
    schema: z.union([z.string(), z.record(z.string(), z.unknown())]),
    maxAnswerTokens,
  }),
  z.strictObject({ type: z.literal('generation'), instruction: z.string().optional(), maxAnswerTokens }),
]);

const splitSchema = z
  .strictObject({
    train: share.default(0.7),
    validation: share.default(0.15),
    test: share.default(0.15),
    groupBy: z.string().optional(),
    /** Column with the time of each row: the newest are the test set. */
    timeBy: z.string().optional(),
    stratify: z.boolean().default(true),
    seed: z.number().int().default(7),
  })
  .refine((s) => Math.abs(s.train + s.validation + s.test - 1) < 1e-9, 'train, validation and test must add up to 1');

const datasetSchema = z.strictObject({
  source: z.string().min(1),
  format: z.enum(['auto', 'csv', 'tsv', 'json', 'jsonl', 'parquet', 'chat']).default('auto'),
  input: z.string().min(1),
  output: z.string().min(1),
  test: z.string().optional(),
  split: splitSchema.prefault({}),
  weights: z.enum(['balanced', 'none']).default('none'),
  /** Repeats training rows of rare labels, or leaves out rows of common ones. */
  sampling: z.enum(['none', 'over', 'under']).optional(),
  nearDuplicate: z.number().gt(0).max(1).default(0.8),
  pii: z.enum(['redact', 'reject', 'allow']).default('redact'),
  /** Names that count as private data wherever they stand. */
  names: z.array(z.string().min(1)).optional(),
  /** Cosine of embeddings from which two rows say the same in other words; off where it is absent. */
  semanticDuplicate: z.number().gt(0).max(1).optional(),
  /** Share of the rows with findings of a kind from which the run stops. */
  stopAt: z.partialRecord(z.enum(findingKinds), share).optional(),
  licence: z.string().default('unknown'),
});

const knowledgeSchema = z.strictObject({
  documents: z.union([z.string(), z.array(z.string()).min(1)]),
  chunkTokens: z.number().int().min(32).max(1000).default(120),
  overlapTokens: z.number().int().min(0).max(200).default(20),
  passages: count.max(20).default(2),
});

const synthesisSchema = z.strictObject({
  teacher: z.string(),
  judge: z.string().optional(),
  golden: z.string().optional(),
  generators: z
    .array(z.enum(['document-qa', 'paraphrase', 'hard-negative', 'persona', 'evolve', 'preference']))
    .min(1)
    .default(['document-qa', 'paraphrase']),
  total: count.optional(),
  perLabel: count.optional(),
  maximumSeconds: z.number().positive().optional(),
  ablation: z.enum(['auto', 'always', 'never']).default('auto'),
  /** Where rows go that a person has approved one by one (`tunegate dataset review`): elsewhere than to training only if this says so. */
  approvedRows: z.enum(['train', 'validation']).optional(),
  /** Somebody has read the teacher's terms, where they say what its answers may be used for. */
  acknowledgeTerms: z.boolean().optional(),
});

export const untunedNames = ['zero-shot', 'few-shot', 'rag', 'classical', 'embedding'] as const;
const untunedSchema = z.union([
  z.enum(untunedNames),
  z
    .strictObject({
      kind: z.enum(['zero-shot', 'rag']).optional(),
      'few-shot': count.max(64).optional(),
      /** Which examples: some of each label, any, or those nearest to the question. */
      select: z.enum(['balanced', 'random', 'similar']).optional(),
      name: slug.optional(),
      instruction: z.string().min(1).optional(),
      provider: z.string().optional(),
      base: z.string().min(1).optional(),
    })
    .refine((u) => (u.kind === undefined) !== (u['few-shot'] === undefined), 'give kind (zero-shot, rag) or few-shot, one of them')
    .refine((u) => u.select === undefined || u['few-shot'] !== undefined, 'select belongs to few-shot'),
]);

export const hyperparametersSchema = z.strictObject({
  epochs: z.number().positive().max(50).default(3),
  learningRate: z.number().positive().max(1).default(5e-4),
  rank: count.max(512).default(16),
  alpha: z.number().positive().default(16),
  dropout: z.number().min(0).lt(1).default(0),
  batchSize: count.max(256).default(8),
  maxLength: count.default(512),
  weightDecay: z.number().min(0).default(0),
  warmupRatio: share.default(0.05),
  scheduler: z.enum(['cosine', 'linear', 'constant']).default('cosine'),
  /** Scale by alpha over the root of the rank. */
  rankStabilised: z.boolean().optional(),
  /** Trains magnitude and direction of the weights apart. */
  dora: z.boolean().optional(),
  /** The only layers that carry an adapter, the lowest being 0. */
  layers: z.array(z.number().int().min(0)).min(1).optional(),
  /** The linear layers that carry one; all where absent. */
  targetModules: z.array(z.string().min(1)).min(1).optional(),
});

const tunedSchema = z.strictObject({
  name: slug.optional(),
  provider: z.string(),
  base: z.string().min(1),
  method: z.enum(['lora', 'full', 'qlora', 'dpo']).default('lora'),
  rag: z.boolean().default(false),
  seeds: z.array(z.number().int()).min(1).default([7]),
  hyperparameters: hyperparametersSchema.prefault({}),
  /** A run with one tuned arm, or an artifact: its weights are where training begins. */
  startFrom: z.string().optional(),
  /** Easy rows first: by `length`, or by a column of numbers that `evaluation.slices` names. */
  curriculum: z.string().optional(),
  /** How often each task is drawn; a task is a source file, named without its extension, or `synthetic`. */
  mixture: z.record(z.string(), z.number().positive()).optional(),
  /** Rows that the base model writes itself, as a share of the training rows, against forgetting. */
  replay: share.optional(),
  /** The lowest layers, which carry no adapter. */
  frozenLayers: z.number().int().min(0).optional(),
  /** Ends when the validation has not improved for so many epochs; the best checkpoint is the result. */
  earlyStopping: z.strictObject({ patience: count.default(2), metric: z.enum(['loss', 'accuracy']).optional() }).optional(),
});

const evaluationSchema = z.strictObject({
  metrics: z.array(z.string()).default([]),
  slices: z.array(z.string()).default([]),
  suites: z.record(z.string(), z.string()).default({}),
  judge: z.strictObject({ model: z.string(), rubric: z.string().optional() }).optional(),
  /** Shares of the training rows that the first candidate is also trained on, to see whether more rows would help. */
  learningCurve: z.array(z.number().gt(0).lt(1)).max(8).optional(),
});

const gateSchema = z.strictObject({
  metric: z.string().optional(),
  beat: z
    .array(z.enum(['champion', 'best-untuned']))
    .min(1)
    .default(['champion', 'best-untuned']),
  confidence: z.number().gt(0.5).lt(1).default(0.95),
  minimumGain: z.number().min(-1).max(1).default(0),
  equivalence: z.number().min(0).max(1).default(0.01),
  maximumRegression: z.record(z.string(), z.number().min(0)).default({}),
  nonInferiority: z.boolean().default(false),
  /** How much a retrained model may lose on the rows that the champion was judged on. */
  retraining: z.strictObject({ margin: z.number().min(0).max(1).default(0.05) }).prefault({}),
  latency: z.strictObject({ p95Ms: z.number().positive() }).optional(),
  cost: z.strictObject({ usdPerThousand: z.number().min(0) }).optional(),
});

const approvalSchema = z.strictObject({
  required: count.default(1),
  roles: z.array(z.string()).min(1).default(['approver']),
  selfApproval: z.boolean().optional(),
  timeout: period.default('72h'),
  escalateTo: z.array(z.string()).default([]),
  onTimeout: z.enum(['reject']).default('reject'),
});

const deploymentSchema = z.strictObject({
  endpoint: slug,
  target: z.string().default('local'),
  strategy: z.enum(['canary', 'all-at-once']).default('canary'),
  canary: z.strictObject({ share: share.default(0.1), for: duration.default('10m'), maxErrorRate: share.default(0.02) }).prefault({}),
  capture: share.default(0),
});

const monitoringSchema = z.strictObject({
  drift: z.strictObject({ psi: z.number().positive().default(0.25) }).prefault({}),
  sample: share.default(0.05),
  retrain: z
    .strictObject({
      onDrift: z.boolean().default(false),
      onNewRows: count.optional(),
      beforeRetirement: duration.optional(),
      /** No retraining run begins sooner after the last run. */
      cooldown: duration.default('1d'),
    })
    .prefault({}),
  /** How often a schedule looks at the endpoint. */
  every: period.default('1h'),
});

const scheduleSchema = z.strictObject({
  cron: z.string(),
  timezone: z.string().default('UTC'),
  overlap: z.enum(['skip', 'buffer-one', 'cancel-other', 'allow-all']).default('skip'),
  catchup: duration.default('6h'),
});

export const pipelineSpecSchema = z.strictObject({
  name: slug,
  task: taskSchema,
  dataset: datasetSchema,
  knowledge: knowledgeSchema.optional(),
  synthesis: synthesisSchema.optional(),
  candidates: z.strictObject({
    untuned: z.array(untunedSchema).default(['zero-shot']),
    tuned: z.array(tunedSchema).default([]),
    sweep: z.record(z.string(), z.union([z.array(z.number()), z.number()])).optional(),
  }),
  evaluation: evaluationSchema.prefault({}),
  gate: gateSchema.prefault({}),
  approval: approvalSchema.prefault({}),
  deployment: deploymentSchema,
  monitoring: monitoringSchema.prefault({}),
  schedule: scheduleSchema.optional(),
  budget: z
    .strictObject({
      usd,
      /** Ceiling for all runs of this pipeline on one UTC day. */
      usdPerDay: usd.optional(),
    })
    .optional(),
});

/** With every default filled in. */
export type PipelineSpec = z.infer<typeof pipelineSpecSchema>;
/** As a person writes it. */
export type PipelineSpecInput = z.input<typeof pipelineSpecSchema>;
export type TaskSpec = PipelineSpec['task'];
export type DatasetSpec = PipelineSpec['dataset'];
export type TunedSpec = PipelineSpec['candidates']['tuned'][number];
export type UntunedSpec = PipelineSpec['candidates']['untuned'][number];
export type GateSpec = PipelineSpec['gate'];
