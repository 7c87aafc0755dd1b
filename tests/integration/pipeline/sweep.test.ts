import { beforeAll, expect, inject, test } from 'vitest';
import type { Client } from '../../../client/index.ts';
import type { ReportData } from '../../../domain/report/report-data.ts';
import { asked, clientOf, startTiny, tinySpec } from '../../support/tiny-pipeline.ts';

let client: Client;
beforeAll(() => {
  client = clientOf(inject('stack'));
});

test('a sweep tries settings on validation rows, and its winner alone meets the test rows', async () => {
  const spec = tinySpec('swept', {
    candidates: {
      untuned: ['classical'],
      tuned: [{ provider: 'local', base: 'smollm2-135m-instruct', frozenLayers: 28, hyperparameters: { epochs: 2, batchSize: 8 } }],
      sweep: { learningRate: [1e-5, 5e-4], trials: 2 },
    },
    evaluation: { learningCurve: [0.5] },
  });
  const run = await startTiny(client, spec);
  await asked(client, run);
  await client.runs.reject(run, { by: 'eve', comment: null });
  const { document } = await client.runs.wait(run);
  expect(document.arms.map(({ name, n }) => [name, n])).toEqual([
    ['classical', 36],
    ['lora-smollm2-135m', 36],
  ]);

  const { sweep, learning } = JSON.parse(await client.runs.report(run, 'json')) as ReportData;
  expect(sweep?.trials.map(({ rung, hyperparameters }) => [rung, hyperparameters])).toEqual([
    [1, { learningRate: 5e-4, epochs: 1 }],
    [1, { learningRate: 1e-5, epochs: 1 }],
    [2, { learningRate: 5e-4, epochs: 2 }],
  ]);
  expect(sweep?.winner).toBe(sweep?.trials.at(-1)?.name);
  expect(learning.map(({ rows }) => rows)).toEqual([16, 31]);
  expect(document.jobs.filter((job) => job.status === 'succeeded')).toHaveLength(5);
});
