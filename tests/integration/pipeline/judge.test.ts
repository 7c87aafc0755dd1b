import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../../../client/index.ts';
import type { ReportData } from '../../../domain/report/report-data.ts';
import { partNames } from '../../../workers/stack/part.ts';
import { type JudgeServer, startJudge } from '../../support/judge-server.ts';
import { type OwnStack, ownStack } from '../../support/own-stack.ts';
import { asked, clientOf, oneEpoch, startTiny, tinySpec } from '../../support/tiny-pipeline.ts';

let judge: JudgeServer;
let own: OwnStack;
let client: Client;
beforeAll(async () => {
  judge = await startJudge('fair');
  own = await ownStack([...partNames], { COMPATIBLE_BASE_URL: judge.url, COMPATIBLE_API_KEY: 'none' });
  client = clientOf(await own.start());
});
afterAll(async () => {
  await own.end();
  await judge.close();
});

test('a judge grades every arm, prefers in both orders, and people say how far they agree', async () => {
  const spec = tinySpec('judged', {
    candidates: { untuned: ['classical'], tuned: oneEpoch },
    evaluation: { judge: { model: 'compatible/grader' } },
  });
  const run = await startTiny(client, spec);
  await asked(client, run);
  const before = judge.asked();
  await client.runs.reject(run, { by: 'eve', comment: null });
  const { document } = await client.runs.wait(run);
  expect(before).toBeGreaterThanOrEqual(2 * 36);
  for (const { metrics } of document.arms) {
    expect(metrics.judge?.value).toBeGreaterThanOrEqual(metrics.accuracy?.value ?? 1);
    expect(metrics.judge?.low).toBeLessThanOrEqual(metrics.judge?.value ?? 0);
  }

  const shown = await client.runs.judge(run, 10);
  expect(shown).toMatchObject({ model: 'compatible/grader', agreement: { n: 0, kappa: null } });
  expect(shown.sample).toHaveLength(10);
  const labels = shown.sample.map(({ judgement, row, expected, answer }) => ({ judgement, row, grade: answer === expected ? 5 : 1 }));
  const labelled = await client.runs.labelAnswers(run, { by: 'ada', labels });
  expect(labelled.agreement.n).toBe(10);
  expect(labelled.sample.some(({ row, judgement }) => labels.some((l) => l.row === row && l.judgement === judgement))).toBe(false);

  const report = JSON.parse(await client.runs.report(run, 'json')) as ReportData;
  expect(report.judge).toMatchObject({ model: 'compatible/grader', agreement: { n: 10 } });
  expect(report.gate?.preferences[0]).toMatchObject({ against: 'classical', n: 36, flipped: 0, unreadable: 0 });
  expect(await client.runs.report(run, 'html')).toContain('10 answers that people labelled too');
});
