/** How long a history grows: the real workflows on a real Temporal server, with activities that answer at once. */
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ids, queues, workflowTypes } from '../../contracts/names.ts';
import type { Arm, FrozenDataset, PipelinePlan, TunedPlan } from '../../contracts/plan.ts';
import { checkoutRoot } from '../../workers/setup/paths.ts';
import { type OwnTemporal, ownTemporal } from '../support/own-temporal.ts';

const candidates = 50;
const ref = (digit: string) => `sha256:${digit.repeat(64)}` as const;
const dataset: FrozenDataset = {
  hash: ref('a'),
  train: ref('b'),
  validation: ref('c'),
  test: ref('d'),
  rows: { train: 80_000, validation: 10_000, test: 10_000 },
};
const plan: PipelinePlan = {
  endpoint: 'many',
  untuned: [{ name: 'zero-shot', kind: 'zero-shot', provider: 'local', base: 'base', examples: 0 }],
  tuned: Array.from({ length: candidates }, (_, i) => ({ name: `c${i}`, provider: 'local', base: 'base', method: 'lora', seed: i, rag: false })),
  hasKnowledge: false,
  hasSynthesis: false,
  approval: { required: 1, timeoutMs: 60_000, escalateTo: [] },
  canary: { strategy: 'all-at-once', share: 1, forMs: 0, maxErrorRate: 1 },
};
const arm = (name: string, kind: Arm['kind']): Arm => ({ name, kind, artifact: ref('e'), provider: 'local' });

const activities = {
  planPipeline: async () => plan,
  enterStage: async () => undefined,
  finishRun: async () => undefined,
  freezeDataset: async () => dataset,
  describeChampion: async () => null,
  describeUntunedArm: async () => arm('zero-shot', 'untuned'),
  evaluateArm: async () => undefined,
  submitTrainingJob: async ({ candidate }: { candidate: TunedPlan }) => ({
    key: candidate.name,
    provider: 'local',
    jobId: candidate.name,
    adopted: false,
  }),
  followTrainingJob: async () => ({ status: 'succeeded', error: null }),
  collectTrainedArm: async ({ candidate }: { candidate: TunedPlan }) => arm(candidate.name, 'tuned'),
  decideGate: async () => ({ verdict: 'reject', offer: null }),
};

let temporal: OwnTemporal;
beforeAll(async () => {
  temporal = await ownTemporal();
});
afterAll(() => temporal?.end());

test(`${candidates} candidates on 100,000 rows stay under 2,000 events`, async () => {
  const workflowBundle = await bundleWorkflowCode({ workflowsPath: `${checkoutRoot}/workflows/index.ts` });
  const { client, connection } = temporal;
  const run = ids.run('many', 'f'.repeat(64), 1);
  const pipeline = await Worker.create({ connection, taskQueue: queues.pipeline, workflowBundle, activities });
  const provider = await Worker.create({ connection, taskQueue: queues.provider('local'), activities });
  const result = await provider.runUntil(
    pipeline.runUntil(client.workflow.execute(workflowTypes.fineTunePipeline, { taskQueue: queues.pipeline, workflowId: run, args: [{ run }] })),
  );
  expect(result).toMatchObject({ outcome: 'declined' });
  const history = await client.workflow.getHandle(run).fetchHistory();
  expect(history.events?.length).toBeGreaterThan(candidates * 5);
  expect(history.events?.length).toBeLessThan(2_000);
});
