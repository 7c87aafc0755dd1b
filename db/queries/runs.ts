/** Runs: opened once per trigger, listed, and found by what a person types. */
import { and, desc, eq, inArray, like, ne, or, sql } from 'drizzle-orm';
import type { RunListItem, StartRunRequest } from '../../contracts/api.ts';
import { TunegateError } from '../../contracts/errors.ts';
import { ids } from '../../contracts/names.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import type { Database } from '../database.ts';
import { runs } from '../schema.ts';

export interface NewRun {
  readonly name: string;
  /** 64 hex digits. */
  readonly specHash: string;
  readonly specRef: ArtifactRef;
  readonly sources: Pick<StartRunRequest, 'files' | 'baseDir'>;
  readonly idempotencyKey: string | null;
  readonly requestedBy: string | null;
  readonly budgetMicroUsd: number | null;
}
export interface OpenedRun {
  readonly run: string;
  readonly specRef: ArtifactRef;
  readonly joined: boolean;
}
export type RunRow = typeof runs.$inferSelect;

/** Of as many triggers at once one wins each time. */
const attempts = 500;

/**
 * Opens a run, or joins the open one that has the same idempotency key.
 * The unique constraints decide every race: a lost insert looks again and takes the next number.
 * @throws TunegateError `conflict` when the key belongs to an open run of another spec.
 */
export async function openRun(db: Database, input: NewRun): Promise<OpenedRun> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const open = input.idempotencyKey === null ? null : await openRunWithKey(db, input.idempotencyKey);
    if (open) return join(open, input);
    const n = (await lastNumber(db, input)) + 1;
    const id = ids.run(input.name, input.specHash, n);
    const inserted = await db
      .insert(runs)
      .values({ id, n, ...input })
      .onConflictDoNothing()
      .returning({ id: runs.id });
    if (inserted.length > 0) return { run: id, specRef: input.specRef, joined: false };
  }
  throw new TunegateError('conflict', `no number was free for a new run of '${input.name}' after ${attempts} tries`, { remedy: 'try again' });
}

function join(open: RunRow, input: NewRun): OpenedRun {
  if (open.specHash !== input.specHash) {
    throw new TunegateError('conflict', `the idempotency key '${input.idempotencyKey}' belongs to the open run ${open.id}, which has another spec`, {
      where: open.id,
      remedy: 'use another key, or wait until that run has ended',
    });
  }
  return { run: open.id, specRef: open.specRef as ArtifactRef, joined: true };
}

async function openRunWithKey(db: Database, key: string): Promise<RunRow | null> {
  const [row] = await db
    .select()
    .from(runs)
    .where(and(eq(runs.idempotencyKey, key), ne(runs.state, 'ended')))
    .limit(1);
  return row ?? null;
}

/** Counts over the eight digits that the id shows, so that two specs that share them never share an id. */
async function lastNumber(db: Database, input: NewRun): Promise<number> {
  const [row] = await db
    .select({ n: sql<number>`coalesce(max(${runs.n}), 0)::int` })
    .from(runs)
    .where(and(eq(runs.name, input.name), like(runs.specHash, `${input.specHash.slice(0, 8)}%`)));
  return row?.n ?? 0;
}

/** Newest first. */
export async function listRuns(db: Database, options: { limit?: number; name?: string } = {}): Promise<RunListItem[]> {
  const rows = await db
    .select({ run: runs.id, name: runs.name, state: runs.state, outcome: runs.outcome, createdAt: runs.createdAt })
    .from(runs)
    .where(options.name === undefined ? undefined : eq(runs.name, options.name))
    .orderBy(desc(runs.createdAt), desc(runs.id))
    .limit(options.limit ?? 50);
  return rows.map((row) => ({
    ...row,
    state: row.state as RunListItem['state'],
    outcome: row.outcome as RunListItem['outcome'],
    createdAt: row.createdAt.toISOString(),
  }));
}

/** Runs whose workflow should exist: a crash between the row and the start is healed from these. */
export const listOpenRuns = (db: Database): Promise<RunRow[]> => db.select().from(runs).where(ne(runs.state, 'ended'));

/** False for what is no run at all. */
export async function isOpenRun(db: Database, id: string): Promise<boolean> {
  const found = await db
    .select({ id: runs.id })
    .from(runs)
    .where(and(eq(runs.id, id), ne(runs.state, 'ended')))
    .limit(1);
  return found.length > 0;
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (c) => `\\${c}`);

/**
 * The run that a person means: an id, the beginning of one (`fine-tune/` may be left out), or `latest`.
 * @throws TunegateError `not_found` or `ambiguous`, with what there is.
 */
export async function findRun(db: Database, text: string): Promise<RunRow> {
  if (text === 'latest') {
    const [row] = await db.select().from(runs).orderBy(desc(runs.createdAt), desc(runs.id)).limit(1);
    if (row) return row;
    throw new TunegateError('not_found', 'there is no run yet', { remedy: 'start one: tunegate run FILE' });
  }
  const exact = await db
    .select()
    .from(runs)
    .where(inArray(runs.id, [text, `fine-tune/${text}`]))
    .limit(1);
  if (exact[0]) return exact[0];
  const prefix = escapeLike(text);
  const rows = await db
    .select()
    .from(runs)
    .where(or(like(runs.id, `${prefix}%`), like(runs.id, `fine-tune/${prefix}%`)))
    .orderBy(desc(runs.createdAt))
    .limit(6);
  if (rows.length === 1 && rows[0]) return rows[0];
  if (rows.length === 0)
    throw new TunegateError('not_found', `there is no run '${text}'`, { where: text, remedy: 'see the runs with: tunegate runs' });
  throw new TunegateError(
    'ambiguous',
    `'${text}' is the beginning of ${rows.length > 5 ? 'many' : rows.length} runs: ${rows
      .slice(0, 5)
      .map((r) => r.id)
      .join(', ')}`,
    {
      where: text,
      remedy: "write more of the id, or 'latest'",
    },
  );
}
