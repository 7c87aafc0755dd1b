import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { ReviewDocument } from '../../../contracts/dataset.ts';
import type { Row } from '../../../contracts/rows.ts';
import { openArtifacts } from '../../../db/artifacts/open.ts';
import { type OpenDatabase, openDatabase } from '../../../db/database.ts';
import { reviewsOf } from '../../../db/queries/reviews.ts';
import { datasets } from '../../../db/schema.ts';
import { serverUnderTest } from './server-under-test.ts';

const root = new URL('../../..', import.meta.url).pathname;
const name = `reviewed-${randomUUID().slice(0, 8)}`;
const hash = `sha256:${randomUUID().replaceAll('-', '').repeat(2)}` as const;
const row = (n: number, generator: string | null): Row => ({
  id: `f:${n}`,
  file: 'f',
  line: n,
  input: `message ${n}`,
  output: 'a',
  group: null,
  columns: {},
  origin: generator === null ? null : { generator, seed: 'f:1' },
  weight: 1,
});
let database: OpenDatabase;

beforeAll(async () => {
  const { databaseUrl, home } = inject('stack');
  database = openDatabase(databaseUrl, { max: 1 });
  const store = openArtifacts(new URL(`file://${home}/artifacts`).href);
  const train = await store.putLines([row(1, null), row(2, 'paraphrase'), row(3, 'persona'), row(4, 'evolve')]);
  const empty = await store.putLines([]);
  await database.db.insert(datasets).values({ hash, name, manifest: { train, validation: empty, test: empty }, testHash: empty });
});
afterAll(() => database?.close());

/** The command as a person drives it, one key a line. */
async function review(keys: string): Promise<ReviewDocument> {
  const child = spawn(process.execPath, ['cli/tunegate.mjs', 'dataset', 'review', hash, '--as', 'ada', '--json'], {
    cwd: root,
    env: { ...process.env, TUNEGATE_HOME: inject('stack').home },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(keys);
  return JSON.parse(await text(child.stdout)) as ReviewDocument;
}

test('a person reads synthetic rows one by one, stops, and goes on where they stopped', async () => {
  const first = await review('a\nq\n');
  expect(first.rows.map(({ row: { id }, verdict }) => [id, verdict])).toEqual([
    ['f:2', 'approved'],
    ['f:3', null],
    ['f:4', null],
  ]);
  // An unknown key is no answer; a skipped row waits.
  const second = await review('x\ns\nr\n');
  expect(second).toMatchObject({ name, approved: 1, rejected: 1 });
  expect(second.rows.map(({ verdict, by }) => [verdict, by])).toEqual([
    ['approved', 'ada'],
    [null, null],
    ['rejected', 'ada'],
  ]);
  expect([...(await reviewsOf(database.db, name)).values()].map(({ verdict }) => verdict).sort()).toEqual(['approved', 'rejected']);
});

test('a word on a row that is not there is refused', async () => {
  const { client } = await serverUnderTest();
  await expect(client.datasets.judgeRow(hash, { by: 'ada', hash: `sha256:${'0'.repeat(64)}`, verdict: 'approved' })).rejects.toMatchObject({
    code: 'not_found',
  });
});
