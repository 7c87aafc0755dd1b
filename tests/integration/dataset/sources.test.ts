import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withOutsideFiles } from '../../../activities/dataset/snapshot.ts';
import { readSources } from '../../../activities/dataset/sources.ts';
import { pipelineSpecSchema } from '../../../contracts/pipeline-spec.ts';
import { type OpenDatabase, openDatabase } from '../../../db/database.ts';
import { migrate } from '../../../db/migrate.ts';
import { saveCapture } from '../../../db/queries/monitoring.ts';
import { openArtifacts } from '../../../db/artifacts/open.ts';
import { freezeDataset } from '../../../domain/dataset/freeze.ts';
import { prepareDataset } from '../../../domain/dataset/prepare.ts';
import { type ObjectStore, startObjectStore } from '../../support/object-store.ts';
import { type RealPostgres, startRealPostgres } from '../../support/real-postgres.ts';
import { csv, randomRows } from '../../unit/dataset/make-prepared.ts';

const folder = mkdtempSync(join(tmpdir(), 'tunegate-sources-'));
const store = openArtifacts(pathToFileURL(join(folder, 'artifacts')).href);
const rows = randomRows(60, 5);
let objects: ObjectStore;
let postgres: RealPostgres;
let table: pg.Client;
let database: OpenDatabase;

beforeAll(async () => {
  [objects, postgres] = await Promise.all([startObjectStore(), startRealPostgres()]);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: objects.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    TUNEGATE_CONNECTION_WARE_HOUSE: postgres.url,
  });
  const client = new S3Client({ forcePathStyle: true });
  const put = (key: string, body: Uint8Array | string) => client.send(new PutObjectCommand({ Bucket: 'rows', Key: key, Body: body }));
  await client.send(new CreateBucketCommand({ Bucket: 'rows' }));
  await put('month/b.csv', csv(rows.slice(30)));
  await put('month/a.csv', csv(rows.slice(0, 30)));
  await put('month/readme.txt', 'not rows');
  await put('all.parquet', await parquetOf(rows));
  await migrate(postgres.url);
  database = openDatabase(postgres.url, { max: 2 });
  table = new pg.Client({ connectionString: postgres.url });
  await table.connect();
  await table.query('create table messages (id int, text text, label text)');
  for (const [i, [text, label]] of rows.entries()) await table.query('insert into messages values ($1, $2, $3)', [i, text, label]);
});
afterAll(async () => {
  await table?.end();
  await database?.close();
  await Promise.all([objects?.close(), postgres?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

async function parquetOf(list: readonly (readonly [string, string])[]): Promise<Buffer> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const path = join(folder, 'rows.parquet');
  await connection.run('create table r (text varchar, label varchar)');
  for (const [text, label] of list) await connection.run('insert into r values ($1, $2)', [text, label]);
  await connection.run(`copy r to '${path}' (format parquet)`);
  return readFileSync(path);
}

async function prepared(source: string, columns: object = {}) {
  const spec = pipelineSpecSchema.parse({
    name: 'outside',
    task: { type: 'classification' },
    dataset: { source, input: 'text', output: 'label', ...columns },
    candidates: {},
    deployment: { endpoint: 'outside' },
  });
  const files = await withOutsideFiles({ db: database.db, store }, spec, {});
  const sources = await readSources({ store }, spec, files, mkdtempSync(join(folder, 'spool-')));
  return prepareDataset({ task: spec.task, dataset: spec.dataset, slices: [], groupBy: null, sources, frozenTest: null });
}
const texts = (of: Awaited<ReturnType<typeof prepared>>) => [...of.train, ...of.validation, ...of.test].map((row) => row.input).sort();
const all = rows.map(([text]) => text).sort();

describe('rows in an object store', () => {
  it('are read by a pattern, each with its object and line, and without what does not match', async () => {
    const read = await prepared('s3://rows/month/*.csv');
    expect(texts(read)).toEqual(all);
    const row = [...read.train, ...read.validation, ...read.test].find(({ input }) => input === rows[31]?.[0]);
    expect(row?.id).toBe('s3://rows/month/b.csv:3');
  });

  it('may be Parquet, where the line is the number of the row', async () => {
    const read = await prepared('s3://rows/all.parquet');
    expect(texts(read)).toEqual(all);
    expect([...read.train, ...read.validation, ...read.test].find(({ line }) => line === 7)?.input).toBe(rows[6]?.[0]);
  });

  it.each([
    ['s3://rows/nothing.csv', 'file_missing'],
    ['s3://rows/*.json', 'file_missing'],
    ['s3://nowhere/*.csv', 'not_found'],
    ['s3://rows', 'bad_spec'],
  ])('are named where %s is not there', async (source, code) => {
    await expect(prepared(source)).rejects.toMatchObject({ code, where: source });
  });
});

describe('rows of a query', () => {
  const source = 'connection:ware-house?query=select text, label from messages where id < 40';

  it('give the same dataset however the database orders them', async () => {
    const first = await prepared(source);
    expect(texts(first)).toHaveLength(40);
    await table.query('update messages set id = id where id % 3 = 0');
    await table.query('cluster messages using messages_by_text').catch(() => undefined);
    expect(freezeDataset(await prepared(source)).hash).toBe(freezeDataset(first).hash);
  });

  it.each([
    ['ends the reading transaction', 'select 1) q) r; commit; drop table messages; --'],
    ['writes', 'with gone as (delete from messages returning text, label) select * from gone'],
    ['is no SQL', 'selekt text'],
  ])('are refused where the query %s, and nothing is changed', async (_, query) => {
    await expect(prepared(`connection:ware-house?query=${query}`)).rejects.toMatchObject({
      code: 'bad_row',
      where: expect.stringContaining('connection:ware-house'),
    });
    expect((await table.query('select count(*)::int as n from messages')).rows).toEqual([{ n: 60 }]);
  });

  it('need a connection that the worker knows', async () => {
    await expect(prepared('connection:elsewhere?query=select 1')).rejects.toMatchObject({
      code: 'not_found',
      remedy: expect.stringContaining('TUNEGATE_CONNECTION_ELSEWHERE'),
    });
    await expect(prepared('connection:ware-house')).rejects.toMatchObject({ code: 'bad_spec' });
  });
});

describe('captured traffic', () => {
  it('gives the requests of an endpoint with what was answered, and names an endpoint that captured nothing', async () => {
    for (const [input, answer] of rows) {
      const requestRef = await store.putJson({ version: 1, input, answer, scores: null });
      await saveCapture(database.db, {
        endpoint: 'bikes',
        artifact: 'sha256:0',
        requestRef,
        answer,
        length: input.length,
        confidence: null,
        latencyMs: null,
      });
    }
    const read = await prepared('traffic:bikes', { input: 'input', output: 'answer', split: { timeBy: 'at' } });
    expect(texts(read)).toEqual(all);
    await expect(prepared('traffic:nobody', { input: 'input', output: 'answer' })).rejects.toMatchObject({
      code: 'empty_dataset',
      where: 'traffic:nobody',
    });
  });
});
