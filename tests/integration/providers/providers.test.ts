import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../../../client/index.ts';
import { ids } from '../../../contracts/names.ts';
import { estimateAgainstSpend } from '../../../domain/report/estimate-against-spend.ts';
import type { ReportData } from '../../../domain/report/report-data.ts';
import { temporalOf } from '../../support/temporal-of.ts';
import { asked, clientOf, oneEpoch, startTiny, tinyRows, tinySpec, uploadText } from '../../support/tiny-pipeline.ts';
import { until } from '../../support/until.ts';
import { retirementDay, type SimulatedProviders, startWithSimulatedProviders } from './simulated-providers.ts';

let simulated: SimulatedProviders;
let client: Client;
beforeAll(async () => {
  simulated = await startWithSimulatedProviders();
  client = clientOf(simulated.stack);
});
afterAll(() => simulated?.end());

const once = { hyperparameters: { epochs: 1, batchSize: 8 } };
const cents = (microUsd: number) => Math.round(microUsd / 10_000);
const report = async (run: string) => JSON.parse(await client.runs.report(run, 'json')) as ReportData;

/** What the ledger says of one kind of spend at one provider, in micro-dollars. */
const spent = (lines: ReportData['spend']['lines'], provider: string, kind: string) =>
  lines.filter((line) => line.provider === provider && line.kind === kind).reduce((sum, line) => sum + Math.round(line.usd * 1e6), 0);

async function queuesOf(workflowId: string): Promise<ReadonlySet<string>> {
  const temporal = await temporalOf(simulated.stack);
  const { events } = await temporal.workflow.getHandle(workflowId).fetchHistory();
  await temporal.connection.close();
  return new Set((events ?? []).flatMap((e) => e.activityTaskScheduledEventAttributes?.taskQueue?.name ?? []));
}

async function peakMemoryOf(job: string): Promise<number> {
  const { trainerUrl, home } = simulated.stack;
  const key = (await readFile(join(home, 'trainer-key'), 'utf8')).trim();
  const told = await fetch(`${trainerUrl}/v1/fine_tuning/jobs/${job}`, { headers: { authorization: `Bearer ${key}` } });
  return ((await told.json()) as { environment: { peak_memory_bytes: number } }).environment.peak_memory_bytes;
}

test('a local, an OpenAI-shaped and a Together-shaped candidate train side by side, are gated by the same rows, and the ledger is the bills', async () => {
  const { bases, openai, together } = simulated;
  const spec = tinySpec('across-kinds', {
    candidates: {
      untuned: ['zero-shot'],
      tuned: [
        { provider: 'together', base: bases.together, name: 'at-together', ...once },
        { provider: 'openai', base: bases.openai, method: 'full', name: 'at-openai', ...once },
        { ...oneEpoch[0], provider: 'local', base: 'smollm2-135m-instruct', name: 'here' },
      ],
    },
    budget: { usd: 500 },
  });
  const run = await startTiny(client, spec);
  const waiting = await asked(client, run);
  expect(waiting.document.error).toBeNull();

  const tuned = waiting.document.arms.filter((arm) => arm.kind === 'tuned');
  // In the order in which their training has ended.
  expect(Object.fromEntries(tuned.map((arm) => [arm.name, arm.n]))).toEqual({ 'at-together': 36, 'at-openai': 36, here: 36 });
  expect(waiting.document.gate).toMatchObject({ decision: 'promote', candidate: 'at-together' });
  expect(waiting.document.jobs.map((job) => job.status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  for (const [name, provider] of [
    ['at-together', 'together'],
    ['at-openai', 'openai'],
    ['here', 'local'],
  ] as const)
    expect([...(await queuesOf(ids.candidate(run, name)))]).toEqual([`provider-${provider}`]);

  // Made for the evaluation, and taken down after it: nobody pays while people think.
  expect(together.requests.filter((r) => r.verb === 'deploy')).toHaveLength(1);
  expect(together.service.deployments.size).toBe(0);

  const { spend } = await report(run);
  for (const [provider, { service }] of [
    ['openai', openai],
    ['together', together],
  ] as const) {
    expect(spent(spend.lines, provider, 'training'), `training at ${provider}`).toBe(service.bill.total('training'));
    expect(cents(spent(spend.lines, provider, 'evaluation')), `answers of ${provider}`).toBe(cents(service.bill.total('answers')));
    // Counted from before the deployment was asked for until after it was taken down: never less than the bill, and by seconds more.
    const over = spent(spend.lines, provider, 'hosting') - service.bill.total('hosting');
    expect(over, `hosting at ${provider}`).toBeGreaterThanOrEqual(0);
    expect(over, `hosting at ${provider}`).toBeLessThan((3.99e6 / 3600) * 30);
  }
  expect(spent(spend.lines, 'together', 'hosting')).toBeGreaterThan(0);
  expect(spent(spend.lines, 'local', 'training')).toBe(0);

  // What the own machine was told to need, against what the job took there.
  const here = waiting.document.jobs.find((job) => job.provider === 'local');
  expect((spend.estimate?.memory[0]?.neededBytes ?? 0) / (await peakMemoryOf(here?.id ?? ''))).toSatisfy(
    (share: number) => share > 0.85 && share < 1.5,
  );

  // The estimate was made when the dataset was frozen, before a cent was spent.
  for (const { kind, provider, estimated, spent: paid } of estimateAgainstSpend(spend.estimate, spend.lines)) {
    process.stderr.write(`estimate of ${kind} at ${provider}: ${JSON.stringify(estimated)}, paid ${paid}\n`);
    if (kind !== 'hosting') expect(paid, `${kind} at ${provider}`).toBeGreaterThanOrEqual(estimated?.low ?? Number.POSITIVE_INFINITY);
    expect(paid, `${kind} at ${provider}`).toBeLessThanOrEqual(estimated?.high ?? 0);
  }

  await client.runs.approve(run, { by: 'ada', artifact: waiting.decision?.artifact ?? null });
  expect((await client.runs.wait(run)).document).toMatchObject({ outcome: 'deployed', deployment: { arm: 'at-together' } });
  // The champion stands, and its hours are reserved.
  expect(together.service.deployments.size).toBe(1);
  expect((await report(run)).spend.lines.filter((line) => line.kind === 'hosting')).toHaveLength(2);
});

test('a drill names the endpoints that stand on a base, and tries a replacement against the answers on record, without asking the old model', async () => {
  const { bases, together } = simulated;
  expect(await client.drills.list('no-such-model')).toMatchObject({ endpoints: [] });
  const found = await client.drills.list(bases.together);
  expect(found.endpoints).toMatchObject([
    { endpoint: 'across-kinds', serves: 'champion', arm: 'at-together', provider: 'together', base: bases.together },
  ]);
  expect(found.alternatives.map((a) => a.provider)).toContain('local');

  const answered = () => together.requests.filter((r) => r.verb === 'complete').length;
  const before = answered();
  const request = { model: bases.together, on: { provider: 'openai', base: bases.openai }, margin: 0.3, requestedBy: 'ada' };
  const [drill] = await client.drills.run(request);
  const decided = await asked(client, drill?.run ?? '');
  expect(decided.document.error).toBeNull();
  expect(decided.document.gate).toMatchObject({ candidate: 'replacement', decision: 'promote', comparisons: [{ against: 'champion' }] });
  expect(answered()).toBe(before);
  await client.runs.reject(drill?.run ?? '', { by: 'ada', comment: 'a drill' });
  await expect(client.drills.run({ ...request, model: 'no-such-model' })).rejects.toMatchObject({ code: 'not_found' });
});

test('monitoring sees the day on which the base of a hosted tuned model retires', async () => {
  const name = 'across-kinds';
  const spec = tinySpec(name, { monitoring: { retrain: { beforeRetirement: '9999d', cooldown: '1d' } } });
  const files = { './train.csv': await uploadText(client, tinyRows(2, 12)), './test.csv': await uploadText(client, tinyRows(7, 12)) };
  await client.schedules.create({ spec, files, baseDir: null });
  await client.schedules.trigger(`monitor.${name}`);
  const check = await until('the look is recorded', async () => (await client.endpoints.checks(name))[0]);
  await client.schedules.delete(name);
  expect(check).toMatchObject({ shutdown: retirementDay, run: null, heldBack: 'the last run began less than 1d ago' });
  expect(check.reasons).toContain(`its base model stops answering on ${retirementDay}`);
});

test.each([
  ['it was made: the run goes on with it', 'cut', (id: string | null) => id],
  ['it was not: the run makes it now', 'status', () => null],
] as const)('a blind service that leaves a create unclear makes the run ask a person, who says that %s', async (_, kind, answer) => {
  const { compatible, bases } = simulated;
  const name = `blind-${kind}`;
  compatible.service.jobs.clear();
  compatible.faults.arm('create', kind === 'cut' ? { kind } : { kind, status: 500 });
  const spec = tinySpec(name, { candidates: { untuned: ['zero-shot'], tuned: [{ provider: 'compatible', base: bases.compatible, ...once }] } });
  const run = await startTiny(client, spec, { rows: { train: tinyRows(kind === 'cut' ? 4 : 6, 12), test: tinyRows(9, 12) } });
  const status = await client.runs.wait(run, { until: (s) => s.state === 'waiting-for-answer' });
  expect(status.job).toMatchObject({ provider: 'compatible', base: bases.compatible, suffix: expect.stringMatching(/^tg[0-9a-f]{16}$/) });
  const key = status.job?.key ?? '';

  await expect(client.runs.answerJob(run, { by: 'ada', key, jobId: 'job-that-is-not-there' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(client.runs.answerJob(run, { by: 'ada', key: 'another', jobId: null })).rejects.toMatchObject({ code: 'conflict' });
  const made = [...compatible.service.jobs.values()].find((job) => job.marks.suffix === status.job?.suffix);
  expect(made === undefined).toBe(kind === 'status');
  await client.runs.answerJob(run, { by: 'ada', key, jobId: answer(made?.id ?? null) });

  const decided = await asked(client, run);
  expect(decided.job).toBeNull();
  // Nobody knows the house model's licence: whoever approves takes it upon themselves by name.
  if (decided.decision?.arm !== 'zero-shot') expect(decided.decision?.acknowledge).toContain(`licence of ${bases.compatible}`);
  expect(compatible.service.jobs.size).toBe(1);
  expect(decided.document.jobs).toMatchObject([{ status: 'succeeded', id: [...compatible.service.jobs.keys()][0] }]);
  await client.runs.reject(run, { by: 'ada', comment: 'seen' });
});
