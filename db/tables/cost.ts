/** The ledger, and what stands and costs. Money is in micro-dollars. */
import { sql } from 'drizzle-orm';
import { bigint, bigserial, boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { at } from './at.ts';

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
