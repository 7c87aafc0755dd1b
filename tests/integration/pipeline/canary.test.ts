import OpenAI from 'openai';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Client } from '../../../client/index.ts';
import { asked, clientOf, oneEpoch, startTiny, tinySpec } from '../../support/tiny-pipeline.ts';
import { until } from '../../support/until.ts';

let client: Client;
let gateway: OpenAI;
beforeAll(() => {
  client = clientOf(inject('stack'));
  gateway = new OpenAI({ baseURL: `${client.connection.url}/v1`, apiKey: client.connection.key, maxRetries: 0 });
});

const endpointOf = async (name: string) => (await client.endpoints.list()).find((e) => e.endpoint === name);
const ask = (model: string, content = 'the password reset mail never arrives') =>
  gateway.chat.completions.create({ model, messages: [{ role: 'user', content }] });

/** A linear champion, and a tuned challenger that was approved and is on trial. All share one training job. */
async function onTrial(name: string, canary: { share: number; for: string; maxErrorRate?: number }) {
  const first = await startTiny(client, tinySpec(name));
  const { decision } = await asked(client, first);
  await client.runs.approve(first, { by: 'ada', artifact: decision?.artifact ?? null });
  await client.runs.wait(first);
  const champion = (await endpointOf(name))?.champion;

  const run = await startTiny(
    client,
    tinySpec(name, {
      candidates: { untuned: [], tuned: oneEpoch },
      gate: { beat: ['champion'], minimumGain: -1 },
      deployment: { endpoint: name, strategy: 'canary', canary },
    }),
  );
  const offered = await asked(client, run);
  await client.runs.approve(run, { by: 'ada', artifact: offered.decision?.artifact ?? null });
  const canaryVersion = await until('the challenger is on trial', async () => (await endpointOf(name))?.canary);
  return { run, champion, challenger: offered.decision?.artifact, canary: canaryVersion };
}

describe('a canary', () => {
  test('answers its share of the traffic and becomes champion when its trial went well', async () => {
    const name = 'canary-well';
    const { run, champion, challenger, canary } = await onTrial(name, { share: 0.5, for: '8s' });
    expect(canary).toMatchObject({ artifact: challenger, share: 0.5, run });
    expect((await endpointOf(name))?.champion).toEqual(champion);
    const served = new Set<string>();
    await until('both versions have answered', async () => {
      served.add((await ask(name)).system_fingerprint ?? '');
      return served.size === 2;
    });
    expect([...served].toSorted()).toEqual([champion?.artifact, challenger].toSorted());
    expect((await client.runs.wait(run)).outcome).toBe('deployed');
    expect(await endpointOf(name)).toMatchObject({ champion: { artifact: challenger }, previous: { artifact: champion?.artifact }, canary: null });
  });

  test('that fails too often is taken back, and the champion serves on', async () => {
    const name = 'canary-fails';
    const { run, champion } = await onTrial(name, { share: 1, for: '4s', maxErrorRate: 0.1 });
    // Far beyond the model's context: a request that only the version on trial cannot answer.
    await expect(ask(name, 'word '.repeat(20_000))).rejects.toThrow();
    const { document } = await client.runs.wait(run);
    expect(document).toMatchObject({ outcome: 'failed', error: { code: 'job_failed', where: name } });
    expect(document.error?.message).toContain('failed during the canary');
    expect(await endpointOf(name)).toMatchObject({ champion, canary: null });
    expect((await ask(name)).system_fingerprint).toBe(champion?.artifact);
  });

  test('that is shown to fail is taken back long before its time is over', async () => {
    const name = 'canary-fails-early';
    const { run, champion } = await onTrial(name, { share: 1, for: '2m', maxErrorRate: 0.02 });
    for (let i = 0; i < 2; i += 1) await expect(ask(name, 'word '.repeat(20_000))).rejects.toThrow();
    await until('the canary is taken back', async () => (await endpointOf(name))?.canary === null, 90_000);
    const { document } = await client.runs.wait(run);
    expect(document.error?.message).toContain('2 of 2 requests failed during the canary');
    expect(await endpointOf(name)).toMatchObject({ champion, canary: null });
  });

  test('is ended early by a rollback, though there is no version before', async () => {
    const name = 'canary-rolled-back';
    const { run, champion, canary } = await onTrial(name, { share: 0.1, for: '10m' });
    const answer = await client.endpoints.rollback(name, 'eve', 'it answers slowly');
    expect(answer.done).toContain(canary.arm);
    expect((await client.runs.wait(run)).document.error?.message).toContain('taken back');
    expect(await endpointOf(name)).toMatchObject({ champion, previous: null, canary: null });
    expect((await client.audit({ subject: `endpoint/${name}` }))[0]).toMatchObject({
      actor: 'eve',
      action: 'rollback',
      detail: { reason: 'it answers slowly' },
    });
  });

  test('goes with its run when that is cancelled', async () => {
    const name = 'canary-cancelled';
    const { run, champion } = await onTrial(name, { share: 0.1, for: '10m' });
    await client.runs.cancel(run, 'eve');
    expect((await client.runs.wait(run)).outcome).toBe('cancelled');
    expect(await endpointOf(name)).toMatchObject({ champion, canary: null });
  });
});
