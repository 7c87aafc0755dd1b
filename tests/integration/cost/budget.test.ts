import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../../../client/index.ts';
import { shortBy } from '../../../contracts/budget.ts';
import { estimateAgainstSpend } from '../../../domain/report/estimate-against-spend.ts';
import type { ReportData } from '../../../domain/report/report-data.ts';
import { partNames } from '../../../workers/stack/part.ts';
import { type OwnStack, ownStack } from '../../support/own-stack.ts';
import { asked, clientOf, oneEpoch, startTiny, tinyRows, tinySpec } from '../../support/tiny-pipeline.ts';

/** The own trainer at a price, so that every step of a run without any outside service is paid for. */
const prices = `
- provider: local
  base: "*"
  prices:
    - from: "2026-01-01"
      training: { default: { rule: per-trained-token, usdPerMillion: "10" } }
      inference: { usdPerMillionInput: "2000", usdPerMillionOutput: "8000" }
`;

let own: OwnStack;
let client: Client;
beforeAll(async () => {
  own = await ownStack(partNames);
  await writeFile(join(own.home, 'prices.yaml'), prices);
  client = clientOf(await own.start());
});
afterAll(() => own?.end());

test('a run stops before it would pass its budget, asks, and goes on once it is given more; an extension counts once', async () => {
  const run = await startTiny(client, tinySpec('short-of-money', { budget: { usd: 0.000001 } }));
  const waiting = await client.runs.wait(run, { until: (s) => s.state === 'waiting-for-budget' });
  expect(waiting.budget).toMatchObject({ limit: 'budget', limitMicroUsd: 1, takenMicroUsd: 0 });
  expect(waiting.document.spend.usd).toBe(0);
  expect(waiting.document.jobs).toEqual([]);

  // Enough for this step alone: the next one asks again.
  const first = waiting.budget;
  if (!first) throw new Error('the run asks nothing');
  await client.runs.extendBudget(run, 'ada', shortBy(first) / 1e6);
  const next = await client.runs.wait(run, { until: (s) => s.state === 'waiting-for-budget' && s.budget?.step !== first.step });
  expect(next.document.jobs).toHaveLength(1);
  expect(next.document.spend.usd).toBeLessThanOrEqual(next.document.spend.budget ?? 0);

  await client.runs.extendBudget(run, 'ada', 5);
  const question = await asked(client, run);
  expect(question.budget).toBeNull();
  expect(question.document.spend.usd).toBeGreaterThan(0);
  expect(question.document.spend.usd).toBeLessThan(question.document.spend.budget ?? 0);
  await client.runs.reject(run, { by: 'ada', comment: 'enough seen' });
  expect((await client.runs.wait(run)).document.outcome).toBe('rejected');
});

test('a run that is cancelled while it waits for money ends cancelled, and nothing was begun', async () => {
  // Rows of its own: what another run has paid for would cost this one nothing.
  const run = await startTiny(client, tinySpec('never-paid', { budget: { usd: 0 } }), { rows: { train: tinyRows(4, 12), test: tinyRows(9, 12) } });
  await client.runs.wait(run, { until: (s) => s.state === 'waiting-for-budget' });
  await client.runs.cancel(run, 'ada');
  expect((await client.runs.wait(run)).document).toMatchObject({ outcome: 'cancelled', spend: { usd: 0 } });
});

test('a run without a budget has nothing to extend, and is told so', async () => {
  const run = await startTiny(client, tinySpec('no-budget'));
  await asked(client, run);
  await expect(client.runs.extendBudget(run, 'ada', 5)).rejects.toThrow(/no budget/);
  await client.runs.reject(run, { by: 'ada', comment: null });
});

test('what the trainer trained is what the estimate said, token by token, and answers cost what it said or less', async () => {
  const spec = tinySpec('estimated', { candidates: { untuned: ['zero-shot', 'classical'], tuned: oneEpoch } });
  const run = await startTiny(client, spec, { rows: { train: tinyRows(11, 12), test: tinyRows(13, 12) } });
  const { estimate } = await asked(client, run);
  const { spend } = JSON.parse(await client.runs.report(run, 'json')) as ReportData;
  expect(estimate).toEqual(spend.estimate?.total);
  expect(spend.estimate?.tokens.map((t) => t.method)).toEqual(['own tokenizer', 'own tokenizer']);
  expect(spend.estimate?.memory).toMatchObject([{ label: 'lora-smollm2-135m', fits: true }]);
  const [training, answers] = ['training', 'evaluation'].map((kind) =>
    estimateAgainstSpend(spend.estimate, spend.lines).find((line) => line.kind === kind),
  );
  process.stderr.write(`estimate on the own trainer: ${JSON.stringify([training, answers])}\n`);
  expect(training?.spent).toBe(training?.estimated?.value);
  expect(training?.spent).toBeGreaterThan(0);
  expect(answers?.spent).toBeGreaterThanOrEqual(answers?.estimated?.low ?? Number.POSITIVE_INFINITY);
  expect(answers?.spent).toBeLessThanOrEqual(answers?.estimated?.high ?? 0);
  await client.runs.reject(run, { by: 'ada', comment: null });
});
