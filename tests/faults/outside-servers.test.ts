/** The same code on servers of the user's own: a real Postgres, and a Temporal server that another home runs. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { partNames } from '../../workers/stack/part.ts';
import type { Stack } from '../../workers/stack/start.ts';
import { type OwnStack, ownStack } from '../support/own-stack.ts';
import { type RealPostgres, startRealPostgres } from '../support/real-postgres.ts';
import { asked, clientOf, startTiny, tinySpec } from '../support/tiny-pipeline.ts';

let postgres: RealPostgres;
let temporal: OwnStack;
let product: OwnStack;
let running: Stack;
beforeAll(async () => {
  postgres = await startRealPostgres();
  temporal = await ownStack(['temporal']);
  const { temporalAddress } = await temporal.start();
  product = await ownStack(partNames, { DATABASE_URL: postgres.url, TEMPORAL_ADDRESS: temporalAddress });
  running = await product.start();
});
afterAll(async () => {
  await product?.end();
  await temporal?.end();
  await postgres?.close();
});

it('starts only what is not there', () => {
  expect([...running.started].sort()).toEqual(['server', 'trainer', 'worker']);
  expect(running.databaseUrl).toBe(postgres.url);
});

it('takes a run to a deployed endpoint, and a second run finds its champion', async () => {
  const client = clientOf(running);
  for (const untuned of [['classical'], ['zero-shot', 'classical']] as const) {
    const run = await startTiny(client, tinySpec('outside', { candidates: { untuned: [...untuned], tuned: [] } }));
    const { decision } = await asked(client, run);
    if (decision) await client.runs.approve(run, { by: 'ada', artifact: decision.artifact });
    const { outcome } = await client.runs.wait(run);
    expect(['deployed', 'declined']).toContain(outcome);
  }
  expect((await client.endpoints.list()).map((e) => e.endpoint)).toContain('outside');
});
