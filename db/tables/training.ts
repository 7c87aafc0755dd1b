/** Training jobs, each under its key. */
import { bigint, boolean, doublePrecision, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { at } from './at.ts';

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
