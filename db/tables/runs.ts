/** Runs, and where each stands. */
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { at } from './at.ts';

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
