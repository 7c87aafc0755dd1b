import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Client } from '../../../client/index.ts';
import type { RunStatus } from '../../../contracts/api.ts';
import type { ReportData } from '../../../domain/report/report-data.ts';
import { asked, clientOf, oneEpoch, startTiny, tinyRows, tinySpec } from '../../support/tiny-pipeline.ts';

const first = tinyRows(2, 12);
const rows = (...more: string[]) => ({ train: [first, ...more.map((text) => text.slice(text.indexOf('\n') + 1))].join(''), test: tinyRows(7, 12) });

/** Bounds that every result keeps: what is tested here is the way through the gate, not how well a model of one epoch does. */
const anyGain = { minimumGain: -1, retraining: { margin: 1 } };
const specOf = (name: string, gate = {}) =>
  tinySpec(name, {
    candidates: { untuned: [], tuned: oneEpoch },
    gate: { beat: ['champion'], ...gate },
    deployment: { endpoint: name, strategy: 'all-at-once' },
  });

let client: Client;
beforeAll(() => {
  client = clientOf(inject('stack'));
});

const championOf = async (name: string) => (await client.endpoints.list()).find((e) => e.endpoint === name)?.champion ?? null;

/** The first champion: tuned, and compared with nothing but an untuned arm that it need not beat. */
async function firstChampion(name: string): Promise<RunStatus> {
  const spec = tinySpec(name, { candidates: { untuned: ['zero-shot'], tuned: oneEpoch }, gate: { minimumGain: -1 } });
  const run = await startTiny(client, spec, { rows: rows() });
  const { decision } = await asked(client, run);
  await client.runs.approve(run, { by: 'ada', artifact: decision?.artifact ?? null });
  return client.runs.wait(run);
}

describe('a run on more rows than the champion had', () => {
  test('is judged on rows that neither model has seen, and replaces the champion only through gate and approval', async () => {
    const name = 'retrained';
    await firstChampion(name);
    const before = await championOf(name);
    const run = await startTiny(client, specOf(name, anyGain), { rows: rows(tinyRows(4, 20)) });
    const waiting = await asked(client, run);
    expect(waiting.document.dataset?.rows).toMatchObject({ test: 36, fresh: 30 });
    expect(waiting.document.gate).toMatchObject({ decision: 'promote', retraining: { fresh: 30, frozen: 36 } });
    expect(waiting.document.gate?.reasons[0]).toContain("On 30 labelled rows fresher than the champion's dataset");
    expect(await championOf(name)).toEqual(before);

    const report = JSON.parse(await client.runs.report(run, 'json')) as ReportData;
    expect(report.changes).toMatchObject({ n: 66, fresh: 30 });
    expect(report.gate?.ledger.map((entry) => entry.look)).toEqual([1, 2]);
    expect(report.gate?.ledger.at(-1)).toMatchObject({ run, alpha: expect.closeTo(0.0125) });

    await client.runs.approve(run, { by: 'ada', artifact: waiting.decision?.artifact ?? null });
    expect((await client.runs.wait(run)).outcome).toBe('deployed');
    expect(await championOf(name)).toMatchObject({ run, artifact: waiting.decision?.artifact });

    // The same content again: what was held out stays held out, so that nothing new is trained.
    const again = await client.runs.wait(await startTiny(client, specOf(name, anyGain), { rows: rows(tinyRows(4, 20)) }));
    expect(again.document).toMatchObject({ outcome: 'declined', dataset: waiting.document.dataset });
    expect(again.document.jobs).toEqual(waiting.document.jobs);
  });

  test('is inconclusive with fewer than 30 of them, names the rows needed, trains nothing, and leaves the champion alone', async () => {
    const name = 'too-few-fresh';
    const { document: before } = await firstChampion(name);
    const { document, outcome } = await client.runs.wait(await startTiny(client, specOf(name), { rows: rows(tinyRows(4, 6)) }));
    expect(outcome).toBe('inconclusive');
    expect(document.gate).toMatchObject({ decision: 'inconclusive', rowsNeeded: 30, retraining: { fresh: 18 } });
    expect(document.gate?.reasons.join(' ')).toContain('18 labelled rows fresher');
    expect(document.jobs).toEqual(before.jobs);
    expect(await championOf(name)).toMatchObject({ run: before.run });
  });

  test('proves nothing where its candidate went on from a model that had learned from the fresh rows', async () => {
    const name = 'went-on';
    await firstChampion(name);
    const elsewhere = await startTiny(client, tinySpec('learned-elsewhere', { candidates: { untuned: [], tuned: oneEpoch }, gate: anyGain }), {
      rows: rows(tinyRows(4, 20)),
    });
    await client.runs.wait(elsewhere);
    const spec = specOf(name, anyGain);
    const tuned = oneEpoch.map((candidate) => ({ ...candidate, startFrom: elsewhere }));
    const run = await startTiny(client, { ...spec, candidates: { untuned: [], tuned } }, { rows: rows(tinyRows(4, 20)) });
    const { document } = await client.runs.wait(run);
    expect(document).toMatchObject({ outcome: 'inconclusive', gate: { retraining: { fresh: 30 } } });
    expect(document.gate?.reasons[0]).toContain('of a model that it went on from copies');
  });
});
