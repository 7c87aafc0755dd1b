/** What happened, as tables. Bytes stand in the artifact store; rows here hold references. Money is in micro-dollars. */
import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  vector,
} from 'drizzle-orm/pg-core';

const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const runs = pgTable(
  'runs',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    specHash: text('spec_hash').notNull(),
    n: integer('n').notNull(),
    /** The spec with defaults, as an artifact. */
    specRef: text('spec_ref').notNull(),
    /** `StartRunRequest.files` and `baseDir`. */
    sources: jsonb('sources').notNull(),
    idempotencyKey: text('idempotency_key'),
    requestedBy: text('requested_by'),
    state: text('state').notNull().default('running'),
    outcome: text('outcome'),
    error: jsonb('error'),
    /** With every extension. */
    budgetMicroUsd: bigint('budget_micro_usd', { mode: 'number' }),
    /** `BudgetQuestion` while the run waits for money, else null. */
    budgetQuestion: jsonb('budget_question'),
    /** `JobQuestion` while a person must look whether a service has created a job, else null. */
    jobQuestion: jsonb('job_question'),
    /** Hash of the frozen dataset, once there is one. */
    dataset: text('dataset'),
    /** The final `RunDocument`. */
    document: jsonb('document'),
    createdAt: at('created_at').notNull().defaultNow(),
    endedAt: at('ended_at'),
  },
  (t) => [
    uniqueIndex('runs_spec_n').on(t.name, t.specHash, t.n),
    uniqueIndex('runs_idempotency').on(t.idempotencyKey),
    index('runs_created').on(t.createdAt),
  ],
);

export const stageTimes = pgTable(
  'stage_times',
  {
    run: text('run').notNull(),
    stage: text('stage').notNull(),
    status: text('status').notNull(),
    startedAt: at('started_at').notNull(),
    endedAt: at('ended_at'),
  },
  (t) => [primaryKey({ columns: [t.run, t.stage] })],
);

/** Live progress of a stage's parts: overwritten, never history. */
export const partProgress = pgTable(
  'part_progress',
  {
    run: text('run').notNull(),
    stage: text('stage').notNull(),
    part: text('part').notNull(),
    done: integer('done').notNull(),
    total: integer('total').notNull(),
    unit: text('unit').notNull(),
    detail: text('detail'),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.run, t.stage, t.part] })],
);

export const datasets = pgTable('datasets', {
  hash: text('hash').primaryKey(),
  name: text('name').notNull(),
  manifest: jsonb('manifest').notNull(),
  testHash: text('test_hash').notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
});

/** One row per training key: written before the provider is called. A second attempt has a key of its own. */
export const jobs = pgTable(
  'jobs',
  {
    key: text('key').primaryKey(),
    provider: text('provider').notNull(),
    base: text('base').notNull(),
    attempt: integer('attempt').notNull(),
    /** Hash of everything in the key but the attempt. */
    recipe: text('recipe').notNull(),
    candidate: text('candidate').notNull(),
    dataset: text('dataset').notNull(),
    /** `intended` until the provider has said yes. */
    status: text('status').notNull(),
    providerJobId: text('provider_job_id'),
    model: text('model'),
    weightsRef: text('weights_ref'),
    trainedTokens: bigint('trained_tokens', { mode: 'number' }),
    error: text('error'),
    createdAt: at('created_at').notNull().defaultNow(),
    /** When the create that may be under way began; null where none is, so that nothing can have been made. */
    creatingAt: at('creating_at'),
    submittedAt: at('submitted_at'),
    endedAt: at('ended_at'),
  },
  (t) => [uniqueIndex('jobs_recipe_attempt').on(t.recipe, t.attempt), uniqueIndex('jobs_provider_id').on(t.provider, t.providerJobId)],
);

/** Which runs wait for a job: a cancelled run stops a job only when nobody else waits. */
export const jobRuns = pgTable(
  'job_runs',
  {
    key: text('key').notNull(),
    run: text('run').notNull(),
    candidate: text('candidate').notNull(),
    released: boolean('released').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.key, t.run, t.candidate] })],
);

export const jobEvents = pgTable(
  'job_events',
  {
    key: text('key').notNull(),
    eventId: text('event_id').notNull(),
    at: at('at').notNull(),
    level: text('level').notNull(),
    message: text('message').notNull(),
    step: integer('step'),
    totalSteps: integer('total_steps'),
    trainLoss: doublePrecision('train_loss'),
    validationLoss: doublePrecision('validation_loss'),
    tokensPerSecond: doublePrecision('tokens_per_second'),
  },
  (t) => [primaryKey({ columns: [t.key, t.eventId] })],
);

/** An arm's answers to one frozen set of rows. The same artifact on the same rows is never paid for again. */
export const evaluations = pgTable(
  'evaluations',
  {
    artifact: text('artifact').notNull(),
    rowsHash: text('rows_hash').notNull(),
    split: text('split').notNull(),
    predictionsRef: text('predictions_ref').notNull(),
    metrics: jsonb('metrics').notNull(),
    n: integer('n').notNull(),
    unparseable: integer('unparseable').notNull(),
    microUsd: bigint('micro_usd', { mode: 'number' }).notNull(),
    seconds: doublePrecision('seconds').notNull(),
    p50Ms: doublePrecision('p50_ms').notNull(),
    p95Ms: doublePrecision('p95_ms').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.artifact, t.rowsHash] })],
);

/** Grades 1 … 5 that people gave to answers which a judge has graded, without having seen its grade. */
export const judgeLabels = pgTable(
  'judge_labels',
  {
    /** Judge, rubric and artifact, as in `evaluations.artifact`. */
    judgement: text('judgement').notNull(),
    row: text('row').notNull(),
    by: text('by').notNull(),
    grade: integer('grade').notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.judgement, t.row, t.by] })],
);

export const runArms = pgTable(
  'run_arms',
  {
    run: text('run').notNull(),
    name: text('name').notNull(),
    position: integer('position').notNull(),
    kind: text('kind').notNull(),
    artifact: text('artifact').notNull(),
    model: text('model').notNull(),
    jobKey: text('job_key'),
    /** Under what the judge's grades of this arm are kept in `evaluations`; null where nobody graded. */
    judgement: text('judgement'),
  },
  (t) => [primaryKey({ columns: [t.run, t.name] })],
);

export const decisions = pgTable('decisions', {
  run: text('run').primaryKey(),
  endpoint: text('endpoint').notNull(),
  testHash: text('test_hash').notNull(),
  /** The gate's full evidence as an artifact; the approval token binds to it. */
  evidenceRef: text('evidence_ref').notNull(),
  /** `GateDocument`; null where nothing was tuned, so that nothing was gated. */
  document: jsonb('document'),
  /** The signed decision record, once the run has ended. */
  recordRef: text('record_ref'),
  /** What is offered for approval: the candidate, or the best untuned arm; null when nothing is. */
  offeredArm: text('offered_arm'),
  offeredArtifact: text('offered_artifact'),
  createdAt: at('created_at').notNull().defaultNow(),
});

/** What each gated run spent of an endpoint's chance to be wrong on one test set. The same evidence never spends twice. */
export const alphaLedger = pgTable(
  'alpha_ledger',
  {
    endpoint: text('endpoint').notNull(),
    testHash: text('test_hash').notNull(),
    /** Hash of candidate, targets and test rows. */
    comparison: text('comparison').notNull(),
    look: integer('look').notNull(),
    alpha: doublePrecision('alpha').notNull(),
    /** What the pipeline file asked to be judged by; null in entries from before it was kept. */
    metric: text('metric'),
    run: text('run').notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.endpoint, t.testHash, t.comparison] }), uniqueIndex('alpha_look').on(t.endpoint, t.testHash, t.look)],
);

/** Every approval or rejection that counted, and those that were refused, with the reason: the audit log of decisions. */
export const approvals = pgTable(
  'approvals',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    run: text('run').notNull(),
    decisionId: text('decision_id').notNull(),
    verdict: text('verdict').notNull(),
    by: text('by').notNull(),
    verified: boolean('verified').notNull(),
    counted: boolean('counted').notNull(),
    refusedBecause: text('refused_because'),
    comment: text('comment'),
    artifact: text('artifact').notNull(),
    /** Update id or request id: a message that is delivered twice is recorded once. */
    messageId: text('message_id').notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (t) => [uniqueIndex('approvals_message').on(t.run, t.messageId)],
);

/** The present state of each alias, as its `endpoint` workflow last wrote it. */
export const endpoints = pgTable('endpoints', {
  name: text('name').primaryKey(),
  champion: jsonb('champion'),
  previous: jsonb('previous'),
  canary: jsonb('canary'),
  /** Counts up with each change: an older write never overwrites a newer one. */
  revision: integer('revision').notNull(),
  updatedAt: at('updated_at').notNull().defaultNow(),
});

export const deployments = pgTable(
  'deployments',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    endpoint: text('endpoint').notNull(),
    revision: integer('revision').notNull(),
    action: text('action').notNull(),
    arm: text('arm').notNull(),
    artifact: text('artifact').notNull(),
    run: text('run').notNull(),
    by: text('by').notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (t) => [uniqueIndex('deployments_revision').on(t.endpoint, t.revision, t.action)],
);

/** Requests that the gateway served while a canary runs, by version: what decides whether it goes on. */
export const gatewayCounts = pgTable(
  'gateway_counts',
  {
    endpoint: text('endpoint').notNull(),
    artifact: text('artifact').notNull(),
    served: integer('served').notNull().default(0),
    failed: integer('failed').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.endpoint, t.artifact] })],
);

/** A sample of the requests that the gateway answered, where `deployment.capture` asks for one. The text itself is an artifact. */
export const captures = pgTable(
  'captures',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    endpoint: text('endpoint').notNull(),
    artifact: text('artifact').notNull(),
    at: at('at').notNull().defaultNow(),
    /** `CapturedRequest`: input and answer, private data redacted as in the dataset. */
    requestRef: text('request_ref').notNull(),
    /** The label; for free text only whether it could be read: `text`. Null where the answer could not be parsed. */
    answer: text('answer'),
    /** Characters of the input. */
    length: integer('length').notNull(),
    /** Probability of the answer, where the serving path gives one. */
    confidence: doublePrecision('confidence'),
    latencyMs: doublePrecision('latency_ms'),
  },
  (t) => [index('captures_endpoint').on(t.endpoint, t.artifact, t.at)],
);

/** What each look at a served model found: `MonitoringCheck`. */
export const monitoringChecks = pgTable(
  'monitoring_checks',
  {
    /** Of the check's workflow, so that a repeated activity writes once. */
    id: text('id').primaryKey(),
    endpoint: text('endpoint').notNull(),
    at: at('at').notNull().defaultNow(),
    document: jsonb('document').notNull(),
  },
  (t) => [index('monitoring_checks_endpoint').on(t.endpoint, t.at)],
);

export const spend = pgTable(
  'spend',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    run: text('run').notNull(),
    /** What was paid for: a training key, or artifact and rows. One attempt at one purpose is reserved and settled once. */
    purpose: text('purpose').notNull(),
    attempt: integer('attempt').notNull().default(1),
    kind: text('kind').notNull(),
    /** Name of the arm or step, for people. */
    label: text('label'),
    provider: text('provider'),
    /** The billing rule that it was bought under, and what else settling needs. */
    basis: jsonb('basis'),
    reservedMicroUsd: bigint('reserved_micro_usd', { mode: 'number' }).notNull(),
    settledMicroUsd: bigint('settled_micro_usd', { mode: 'number' }),
    at: at('at').notNull().defaultNow(),
    settledAt: at('settled_at'),
  },
  (t) => [uniqueIndex('spend_purpose_attempt').on(t.purpose, t.attempt), index('spend_run').on(t.run), index('spend_at').on(t.at)],
);

/** Deployments of tuned models that cost while they stand. At most one of a model stands at a time. */
export const hostings = pgTable(
  'hostings',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    provider: text('provider').notNull(),
    /** The tuned model, as the provider names it. */
    model: text('model').notNull(),
    /** The name under which it answers, once it does. */
    served: text('served'),
    /** `HostingBilling` under which it was begun; null where no price is known. */
    billing: jsonb('billing'),
    /** Pays for it: the run that began it. */
    run: text('run').notNull(),
    startedAt: at('started_at').notNull(),
    /** Since when it is being taken down; nobody begins to use it any more. */
    endingAt: at('ending_at'),
    endedAt: at('ended_at'),
  },
  (t) => [uniqueIndex('hostings_standing').on(t.provider, t.model).where(sql`${t.endedAt} is null`)],
);

/** Runs that need a hosting: it stands while one does, or while an endpoint serves its model. */
export const hostingRuns = pgTable(
  'hosting_runs',
  {
    hosting: bigint('hosting', { mode: 'number' }).notNull(),
    run: text('run').notNull(),
    released: boolean('released').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.hosting, t.run] })],
);

/** One row per UTC day: a reservation locks it, so that two that come at once cannot both take the last of a day's ceiling. */
export const spendDays = pgTable('spend_days', { day: text('day').primaryKey() });

/** Every extension of a budget, each message once. */
export const budgetExtensions = pgTable(
  'budget_extensions',
  {
    run: text('run').notNull(),
    messageId: text('message_id').notNull(),
    by: text('by').notNull(),
    addMicroUsd: bigint('add_micro_usd', { mode: 'number' }).notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.run, t.messageId] })],
);

/** What a run was expected to cost when its dataset was frozen: `EstimateDocument`. */
export const runEstimates = pgTable('run_estimates', {
  run: text('run').primaryKey(),
  document: jsonb('document').notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
});

export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    /** SHA-256 of the key; the key itself is shown once. */
    hash: text('hash').notNull(),
    roles: text('roles').array().notNull(),
    isFirst: boolean('is_first').notNull().default(false),
    createdAt: at('created_at').notNull().defaultNow(),
    revokedAt: at('revoked_at'),
  },
  (t) => [uniqueIndex('api_keys_hash').on(t.hash)],
);

/** Public halves of the keys that installations signed decision records with, so that anyone can ask for the fingerprint. */
export const signingKeys = pgTable('signing_keys', {
  fingerprint: text('fingerprint').primaryKey(),
  publicKey: text('public_key').notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
});

export const auditLog = pgTable('audit_log', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  at: at('at').notNull().defaultNow(),
  actor: text('actor').notNull(),
  action: text('action').notNull(),
  subject: text('subject').notNull(),
  detail: jsonb('detail').notNull(),
});

/** Passages of knowledge bases with their embeddings. What an index holds is fixed by its hash; the text itself stands in the artifact store. */
export const knowledgeChunks = pgTable(
  'knowledge_chunks',
  {
    /** Reference of the `KnowledgeIndex`. */
    index: text('index').notNull(),
    ordinal: integer('ordinal').notNull(),
    document: text('document').notNull(),
    headings: text('headings').array().notNull(),
    model: text('model').notNull(),
    /** SHA-256 of what was embedded: a text that any index has embedded is not embedded again. */
    textHash: text('text_hash').notNull(),
    embedding: vector('embedding', { dimensions: 384 }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.index, t.ordinal] }), index('knowledge_chunks_text').on(t.model, t.textHash)],
);

/** Which index a run retrieves from, and what indexing did. */
export const runKnowledge = pgTable('run_knowledge', {
  run: text('run').primaryKey(),
  index: text('index').notNull(),
  /** `KnowledgeReport` */
  report: jsonb('report').notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
});

/** Candidate rows as the teacher wrote them, each once: written before anything is judged, so that a crash pays for none of them again. */
export const syntheticRows = pgTable(
  'synthetic_rows',
  {
    /** Hash of everything that decides what is asked: dataset, knowledge, generators, teacher, prompts. Runs with the same key share their rows. */
    key: text('key').notNull(),
    ordinal: integer('ordinal').notNull(),
    generator: text('generator').notNull(),
    promptVersion: text('prompt_version').notNull(),
    teacher: text('teacher').notNull(),
    /** Id of the training row that was the seed. */
    seedRow: text('seed_row'),
    document: text('document'),
    /** What the teacher was asked, and what it said: JSON in the artifact store. */
    requestRef: text('request_ref').notNull(),
    output: text('output').notNull(),
    error: text('error'),
    /** The part of the source that the row cites, once it was read. */
    span: text('span'),
    label: text('label'),
    scores: jsonb('scores'),
    /** Name of the filter that dropped the row; null while it stands, or before it was judged. */
    dropped: text('dropped'),
    promptTokens: integer('prompt_tokens').notNull(),
    completionTokens: integer('completion_tokens').notNull(),
    /** Its share of the time that generation took. */
    seconds: doublePrecision('seconds').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.key, t.ordinal] })],
);

/** What people said of synthetic rows, by content, so that it holds for every later dataset of the pipeline that has the row. */
export const rowReviews = pgTable(
  'row_reviews',
  {
    /** Of the pipeline. */
    name: text('name').notNull(),
    /** Hash of input and output. */
    row: text('row').notNull(),
    verdict: text('verdict', { enum: ['approved', 'rejected'] }).notNull(),
    by: text('by').notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.name, t.row] })],
);
