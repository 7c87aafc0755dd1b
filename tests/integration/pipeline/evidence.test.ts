import { beforeAll, expect, inject, test } from 'vitest';
import type { Client } from '../../../client/index.ts';
import type { SignedRecord } from '../../../contracts/record.ts';
import { verifyRecord } from '../../../domain/gate/sign-record.ts';
import type { ListedRows } from '../../../domain/report/report-data.ts';
import { asked, clientOf, oneEpoch, startTiny, tinySpec, uploadText } from '../../support/tiny-pipeline.ts';

let client: Client;
beforeAll(() => {
  client = clientOf(inject('stack'));
});

const recordOf = async (run: string) => {
  const [key] = await client.keys.signing();
  return verifyRecord(JSON.parse(await client.runs.report(run, 'record')) as SignedRecord, key?.fingerprint ?? '');
};

test('a run in which nothing was tuned leaves a signed record of who decided on what', async () => {
  const run = await startTiny(client, tinySpec('record-untuned'));
  const { decision } = await asked(client, run);
  await expect(client.runs.report(run, 'record')).rejects.toThrow('no decision record');
  await client.runs.approve(run, { by: 'ada', artifact: decision?.artifact ?? null });
  await client.runs.wait(run);
  const record = await recordOf(run);
  expect(record).toMatchObject({
    run,
    outcome: 'deployed',
    gate: null,
    model: { arm: 'classical', artifact: decision?.artifact, base: 'classical' },
    deployed: { arm: 'classical', artifact: decision?.artifact, by: 'ada' },
    approval: { given: [{ by: 'ada', verdict: 'approve', verified: false }], policy: { selfApproval: true } },
    evidence: decision?.evidence,
  });
  expect(record.arms[0]?.predictions).toMatch(/^sha256:/);
  expect(await client.artifacts.has(record.evidence)).toBe(true);
});

test('a run whose gate says no leaves a record too, and its wrong rows can be listed with what each arm said', async () => {
  const spec = tinySpec('record-declined', {
    candidates: { untuned: ['zero-shot', 'classical'], tuned: oneEpoch },
    evaluation: { slices: ['team'] },
  });
  const run = await startTiny(client, spec);
  await asked(client, run);
  await client.runs.reject(run, { by: 'eve', comment: 'not today' });
  const { document } = await client.runs.wait(run);
  const record = await recordOf(run);
  expect(record).toMatchObject({
    outcome: 'rejected',
    deployed: null,
    approval: { given: [{ by: 'eve', verdict: 'reject', comment: 'not today' }] },
  });
  expect(record.gate).toEqual(document.gate);

  const wrong = JSON.parse(await client.runs.rows(run, 'wrong')) as ListedRows;
  expect(wrong.total).toBe(wrong.rows.length);
  const report = JSON.parse(await client.runs.report(run, 'json'));
  expect(report.slices.map((s: { column: string }) => s.column)).toEqual(['team']);
  expect(report.gate.slices.tooSmall.length).toBe(3);
});

test('a candidate is asked the suites of the spec, and compared with the model that it was tuned from', async () => {
  const suite = await uploadText(client, '{"input":"Which animal barks?","output":"a dog","choices":["a cat","a dog"]}\n'.repeat(40));
  const spec = tinySpec('with-suite', {
    candidates: { untuned: ['classical'], tuned: oneEpoch },
    evaluation: { suites: { regression: './general.jsonl' } },
    gate: { maximumRegression: { regression: 0.5 } },
  });
  const run = await startTiny(client, spec, { files: { './general.jsonl': suite } });
  await asked(client, run);
  await client.runs.reject(run, { by: 'eve', comment: null });
  await client.runs.wait(run);
  const report = JSON.parse(await client.runs.report(run, 'json'));
  expect(report.gate.suites).toMatchObject([{ name: 'regression', n: 40, against: 'smollm2-135m-instruct', margin: 0.5 }]);
});
