/** Answers to frozen rows, and what judges and people made of them. */
import { bigint, doublePrecision, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { at } from './at.ts';

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
