/** Candidates of three kinds side by side: the real workflows on a real Temporal server, each provider's queue as the worker opens it. */
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ids, queues, workflowTypes } from '../../contracts/names.ts';
import type { Arm, PipelinePlan, TunedPlan } from '../../contracts/plan.ts';
import { providerRow } from '../../providers/index.ts';
import type { ProviderRow } from '../../providers/row.ts';
import { providerQueue } from '../../workers/provider-queue.ts';
import { checkoutRoot } from '../../workers/setup/paths.ts';
import { type OwnTemporal, ownTemporal } from '../support/own-temporal.ts';

const kinds = ['local', 'openai', 'together'] as const;
const each = 8;
const rates = { OPENAI_STEPS_PER_SECOND: '3', TOGETHER_STEPS_PER_SECOND: '2' };
/** Tasks that the server lets pass before it counts: one second's worth in each of a queue's four partitions. */
const burst = (rate: number) => 4 * Math.max(1, rate);

const ref = `sha256:${'a'.repeat(64)}` as const;
const candidates = kinds.flatMap((provider) =>
  Array.from({ length: each }, (_, i): TunedPlan => ({ name: `${provider}-${i}`, provider, base: 'base', method: 'lora', seed: i, rag: false })),
);
const plan: PipelinePlan = {
  endpoint: 'kinds',
  untuned: [],
  tuned: candidates,
  hasKnowledge: false,
  hasSynthesis: false,
  approval: { required: 1, timeoutMs: 60_000, escalateTo: [] },
  canary: { strategy: 'all-at-once', share: 1, forMs: 0, maxErrorRate: 1 },
};
const activities = {
  planPipeline: async () => plan,
  enterStage: async () => undefined,
  finishRun: async () => undefined,
  freezeDataset: async () => ({ hash: ref, train: ref, validation: ref, test: ref, rows: { train: 1, validation: 1, test: 1 } }),
  describeChampion: async () => null,
  evaluateArm: async () => undefined,
  submitTrainingJob: async ({ candidate }: { candidate: TunedPlan }) => ({
    key: candidate.name,
    provider: candidate.provider,
    jobId: '1',
    adopted: false,
  }),
  followTrainingJob: async () => ({ status: 'succeeded', error: null }),
  collectTrainedArm: async ({ candidate }: { candidate: TunedPlan }): Promise<Arm> => ({
    name: candidate.name,
    kind: 'tuned',
    artifact: ref,
    provider: candidate.provider,
  }),
  leaveDeployments: async () => undefined,
  decideGate: async () => ({ verdict: 'reject', offer: null }),
};

let temporal: OwnTemporal;
beforeAll(async () => {
  temporal = await ownTemporal();
});
afterAll(() => temporal?.end());

/** When Temporal handed out each activity of a queue, in milliseconds, in order. */
async function startsOn(queue: string, workflows: readonly string[]): Promise<number[]> {
  const histories = await Promise.all(workflows.map((id) => temporal.client.workflow.getHandle(id).fetchHistory()));
  return histories
    .flatMap(({ events }) => {
      const scheduled = new Set(
        (events ?? []).filter((e) => e.activityTaskScheduledEventAttributes?.taskQueue?.name === queue).map((e) => String(e.eventId)),
      );
      return (events ?? []).filter((e) => scheduled.has(String(e.activityTaskStartedEventAttributes?.scheduledEventId)));
    })
    .map(({ eventTime }) => Number(eventTime?.seconds) * 1000 + (eventTime?.nanos ?? 0) / 1e6)
    .sort((a, b) => a - b);
}

test('candidates of three kinds train side by side, and each queue keeps to its rate', async () => {
  const { client, connection } = temporal;
  const run = ids.run('kinds', 'f'.repeat(64), 1);
  const workflowBundle = await bundleWorkflowCode({ workflowsPath: `${checkoutRoot}/workflows/index.ts` });
  const pipeline = await Worker.create({ connection, taskQueue: queues.pipeline, workflowBundle, activities });
  const rows = kinds.map((name) => providerRow(name) as ProviderRow);
  const workers = await Promise.all(rows.map((row) => Worker.create({ connection, activities, ...providerQueue(row, rates) })));
  const running = workers.map((worker) => worker.run());
  const result = await pipeline.runUntil(
    client.workflow.execute(workflowTypes.fineTunePipeline, { taskQueue: queues.pipeline, workflowId: run, args: [{ run }] }),
  );
  for (const worker of workers) worker.shutdown();
  await Promise.all(running);
  expect(result).toMatchObject({ outcome: 'declined' });

  const workflows = [run, ...candidates.map(({ name }) => ids.candidate(run, name))];
  for (const [provider, rate] of [
    ['openai', Number(rates.OPENAI_STEPS_PER_SECOND)],
    ['together', Number(rates.TOGETHER_STEPS_PER_SECOND)],
  ] as const) {
    const starts = await startsOn(queues.provider(provider), workflows);
    expect(starts.length, provider).toBeGreaterThanOrEqual(3 * each);
    for (const [i, from] of starts.entries())
      for (const [j, to] of starts.entries())
        if (j > i) expect(j - i + 1, `${provider}: steps ${i} to ${j}`).toBeLessThanOrEqual(burst(rate) + (rate * (to - from)) / 1000 + 1);
  }
});

test('a rate that is none is refused', () => {
  expect(() => providerQueue(providerRow('together') as ProviderRow, { TOGETHER_STEPS_PER_SECOND: 'fast' })).toThrow(
    expect.objectContaining({ code: 'bad_spec', where: 'TOGETHER_STEPS_PER_SECOND' }),
  );
});
