import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Client } from '../../../client/index.ts';
import type { DatasetVersionDocument } from '../../../contracts/dataset.ts';
import { hashFiles } from '../../../cli/files/collect-files.ts';
import { readPipeline } from '../../../cli/files/read-pipeline.ts';
import { uploadFiles } from '../../../cli/files/upload-files.ts';
import { readRowsOf } from '../../../cli/files/frozen-test.ts';
import { clientOf } from '../../support/tiny-pipeline.ts';

const execute = promisify(execFile);
const root = new URL('../../..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'tunegate-versions-'));
const file = join(folder, 'pipeline.yaml');
let client: Client;
let home: string;

beforeAll(() => {
  home = inject('stack').home;
  client = clientOf(inject('stack'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parts = ['wheel', 'brake', 'lamp', 'chain', 'saddle', 'pedal', 'frame', 'bell'];
const orders = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    return JSON.stringify({
      text: `order ${n * 7919} asks for ${n % 9} of the ${parts[n % 8]} in shop ${(n * 31) % 97}`,
      answer: JSON.stringify({ part: parts[n % 8] }),
    });
  }).join('\n');

const write = (name: string, source: string) => {
  writeFileSync(join(folder, 'orders.jsonl'), source);
  writeFileSync(join(folder, 'order.schema.json'), '{ "type": "object", "properties": { "part": { "type": "string" } } }');
  writeFileSync(
    file,
    `name: ${name}\ntask: { type: extraction, schema: ./order.schema.json }\ndataset: { source: "\${ORDERS}/orders.jsonl", input: text, output: answer, nearDuplicate: 1 }\ncandidates: { untuned: [zero-shot] }\ndeployment: { endpoint: ${name} }\n`,
  );
};

/** Goes as far as the frozen dataset. */
async function freeze(): Promise<DatasetVersionDocument> {
  process.env.ORDERS = folder;
  const pipeline = await readPipeline(file);
  const files = await hashFiles(pipeline);
  await uploadFiles(client, files);
  const { run } = await client.runs.start({ spec: pipeline.spec, files, baseDir: folder, idempotencyKey: null, requestedBy: 'test' });
  await client.runs.wait(run, { until: (s) => s.document.dataset !== null || s.state === 'ended' });
  await client.runs.cancel(run, 'test', 'the dataset was what it was for');
  return client.datasets.get(run);
}

const tunegate = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { stdout } = await execute(process.execPath, [join(root, 'cli/tunegate.mjs'), ...args, '--json'], {
    env: { ...process.env, TUNEGATE_HOME: home, ORDERS: folder },
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout) as Record<string, unknown>;
};

describe('the dataset of a pipeline', () => {
  test('has the same hash in a check and in a run, and keeps its test rows while its source grows', async () => {
    write('versions', orders(0, 120));
    const checked = await tunegate('dataset', 'check', file);
    const first = await freeze();
    expect(first.hash).toBe(checked.hash);
    expect((await freeze()).hash).toBe(first.hash);

    write('versions', orders(0, 400));
    const second = await freeze();
    expect((await tunegate('dataset', 'check', file)).hash).toBe(second.hash);
    expect(second.test).toBe(first.test);
    expect(second.rows.train).toBeGreaterThan(first.rows.train);
    const tested = new Set((await readRowsOf(client, second.test)).map((row) => row.input));
    expect((await readRowsOf(client, second.train)).filter((row) => tested.has(row.input))).toEqual([]);
    expect(await tunegate('dataset', 'diff', first.hash, second.hash)).toMatchObject({ sameTest: true, removed: 0, relabelled: 0 });

    write('versions', orders(0, 120));
    expect((await freeze()).hash).toBe(first.hash);
  });

  test('is shown with the rows that were asked for', async () => {
    write('shown', `${orders(0, 60)}\n${orders(59, 60)}`);
    const { hash } = await freeze();
    const shown = await tunegate('dataset', 'show', hash.slice(7, 19), '--side', 'test', '--rows', '2');
    expect(shown).toMatchObject({ hash, name: 'shown', shown: [{ side: 'test' }, { side: 'test' }] });
    const dropped = await execute(process.execPath, [join(root, 'cli/tunegate.mjs'), 'dataset', 'show', hash, '--row', `${folder}/orders.jsonl:61`], {
      env: { ...process.env, TUNEGATE_HOME: home },
    });
    expect(dropped.stdout).toMatch(/orders\.jsonl:61.*dropped (?:duplicate|leak).*same text/);
  });
});
