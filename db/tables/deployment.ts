/** What is served, and what was seen of it. */
import { bigserial, doublePrecision, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { at } from './at.ts';

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
