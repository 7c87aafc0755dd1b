import OpenAI from 'openai';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Client } from '../../../client/index.ts';
import type { CapturedRequest } from '../../../contracts/monitoring.ts';
import type { PipelineSpecInput } from '../../../contracts/pipeline-spec.ts';
import type { ArtifactRef } from '../../../contracts/run.ts';
import { openDatabase } from '../../../db/database.ts';
import { capturesOf } from '../../../db/queries/monitoring.ts';
import { asked, clientOf, startTiny, tinyRows, tinySpec, uploadText } from '../../support/tiny-pipeline.ts';
import { until } from '../../support/until.ts';

let client: Client;
let gateway: OpenAI;
beforeAll(() => {
  client = clientOf(inject('stack'));
  gateway = new OpenAI({ baseURL: `${client.connection.url}/v1`, apiKey: client.connection.key, maxRetries: 0 });
});

const inputs = tinyRows(7, 12)
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.slice(1, line.lastIndexOf('"')));
const ask = (model: string, content: string) => gateway.chat.completions.create({ model, messages: [{ role: 'user', content }] });

/** An endpoint that a linear model serves, with every request captured. */
async function serving(name: string, monitoring: PipelineSpecInput['monitoring'] = {}): Promise<{ spec: PipelineSpecInput; artifact: ArtifactRef }> {
  const spec = tinySpec(name, {
    candidates: { untuned: ['zero-shot', 'classical'], tuned: [] },
    deployment: { endpoint: name, capture: 1 },
    monitoring,
  });
  const run = await startTiny(client, spec);
  const { decision } = await asked(client, run);
  await client.runs.approve(run, { by: 'ada', artifact: decision?.artifact ?? null });
  await client.runs.wait(run);
  return { spec, artifact: decision?.artifact ?? 'sha256:' };
}

async function captured(name: string, artifact: ArtifactRef, atLeast: number) {
  const database = openDatabase(inject('stack').databaseUrl, { max: 1 });
  try {
    return await until('the requests are captured', async () => {
      const rows = await capturesOf(database.db, { endpoint: name, artifact, limit: 1000 });
      return rows.length >= atLeast && rows;
    });
  } finally {
    await database.close();
  }
}

/** Makes the schedule, lets it look once, and returns what it found. */
async function look(name: string, spec: PipelineSpecInput, train = tinyRows(2, 12)) {
  const files = { './train.csv': await uploadText(client, train), './test.csv': await uploadText(client, tinyRows(7, 12)) };
  expect(await client.schedules.create({ spec, files, baseDir: null })).toMatchObject({ schedule: `monitor.${name}`, cron: 'every 1h' });
  try {
    await client.schedules.trigger(`monitor.${name}`);
    return await until('the look is recorded', async () => {
      const [check] = await client.endpoints.checks(name);
      // The run that it starts is written a moment after the finding itself.
      return check && (check.reasons.length === 0 || check.heldBack !== null || check.run !== null) && check;
    });
  } finally {
    await client.schedules.delete(name);
  }
}

describe('traffic of an endpoint', () => {
  test('is captured with its private data redacted, and like the test rows it gives no alarm', async () => {
    const name = 'watched-calm';
    const { spec, artifact } = await serving(name, { retrain: { onDrift: true, onNewRows: 500, cooldown: '0ms' } });
    for (const input of inputs) await ask(name, input);
    await ask(name, 'write to jane.doe@example.com about my invoice');
    const rows = await captured(name, artifact, inputs.length + 1);
    const contents = await Promise.all(
      rows.map(async (row) => JSON.parse(Buffer.from(await client.artifacts.get(row.requestRef as ArtifactRef)).toString()) as CapturedRequest),
    );
    expect(contents.some(({ input }) => input.includes('jane.doe'))).toBe(false);
    expect(contents.some(({ input }) => input.includes('[EMAIL_1]'))).toBe(true);
    expect(rows.every((row) => row.confidence !== null && row.confidence > 0 && row.confidence <= 1)).toBe(true);

    const check = await look(name, spec);
    expect(check).toMatchObject({ endpoint: name, artifact, requests: inputs.length + 1, unparseable: 0, newRows: 0, reasons: [], run: null });
    expect(check.drift.features.map((feature) => feature.name)).toContain('answers');
    expect(check.drift.features.filter((feature) => feature.isDrifted)).toEqual([]);
    expect(check.agreement).toMatchObject({ against: 'zero-shot', test: { n: 36 }, hasDropped: false });
  });

  test('that has drifted starts a run, which goes its own way through the gate', async () => {
    const name = 'watched-drift';
    const { spec, artifact } = await serving(name, { retrain: { onDrift: true, cooldown: '0ms' } });
    const one = inputs.filter((input) => input.includes('password'));
    for (let i = 0; i < 40; i += 1) await ask(name, one[i % one.length] ?? '');
    await captured(name, artifact, 40);
    const check = await look(name, spec);
    expect(check.drift.features.find((feature) => feature.name === 'answers')).toMatchObject({ isDrifted: true });
    expect(check.reasons[0]).toContain('the traffic has drifted: answers');
    expect(check.run).toMatch(/^fine-tune\/watched-drift\//);
    expect((await client.runs.wait(check.run ?? '')).outcome).toBe('declined');
    expect((await client.audit({ subject: `endpoint/${name}` })).map((entry) => entry.action)).toContain('retraining started');
  });
});

test('rows that the champion never had start a run once they are enough, and not while the last run is too near', async () => {
  const name = 'watched-rows';
  const { spec } = await serving(name, { retrain: { onNewRows: 12, cooldown: '0ms' } });
  const near = await look(name, { ...spec, monitoring: { retrain: { onNewRows: 12, cooldown: '1d' } } }, tinyRows(2, 16));
  expect(near).toMatchObject({ newRows: 12, run: null, heldBack: 'the last run began less than 1d ago' });
  expect(near.drift.note).toContain('0 requests were captured');
  const due = await look(name, spec, tinyRows(2, 16));
  // The listing is newest first, but the first look may still be the newest for a moment.
  const started = await until(
    'the second look has started a run',
    async () => (await client.endpoints.checks(name)).find((check) => check.run !== null) ?? (due.run ? due : null),
  );
  expect(started.reasons[0]).toContain("12 rows that the champion's dataset does not have");
  await client.runs.wait(started.run ?? '');
});
