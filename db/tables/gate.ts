/** What gates decided, what people said to it, and the keys that records are signed with. */
import { bigserial, boolean, doublePrecision, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { at } from './at.ts';

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

/** Public halves of the keys that installations signed decision records with, so that anyone can ask for the fingerprint. */
export const signingKeys = pgTable('signing_keys', {
  fingerprint: text('fingerprint').primaryKey(),
  publicKey: text('public_key').notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
});
