/** Frozen datasets, synthetic rows and what people said of them, knowledge bases. */
import { doublePrecision, index, integer, jsonb, pgTable, primaryKey, text, vector } from 'drizzle-orm/pg-core';
import { at } from './at.ts';

export const datasets = pgTable('datasets', {
  hash: text('hash').primaryKey(),
  name: text('name').notNull(),
  manifest: jsonb('manifest').notNull(),
  testHash: text('test_hash').notNull(),
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
