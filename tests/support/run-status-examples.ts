/** Runs as the server would describe them at some moment: made up, complete, and the same every time. */
import type { PartProgress, RunStatus, StageProgress } from '../../contracts/api.ts';
import { type Stage, stages } from '../../contracts/names.ts';
import type { ArmDocument, RunDocument } from '../../contracts/run.ts';

export const startedAt = '2026-11-22T10:00:00.000Z';
export const at = (seconds: number): string => new Date(Date.parse(startedAt) + seconds * 1000).toISOString();
const ref = (c: string): `sha256:${string}` => `sha256:${c.repeat(64)}`;

const part = (name: string, done: number, total: number, more: Partial<PartProgress> = {}): PartProgress => ({
  name,
  done,
  total,
  unit: 'rows',
  detail: null,
  loss: [],
  ...more,
});
const loss = Array.from({ length: 40 }, (_, i) => ({ step: i + 1, train: 0.3 + 2.2 * Math.exp(-i / 9), validation: i === 39 ? 0.41 : null }));

type Times = Partial<Record<Stage, { from: number; to?: number; parts?: PartProgress[]; status?: StageProgress['status'] }>>;
const stageList = (times: Times): StageProgress[] =>
  stages.map((stage) => {
    const t = times[stage];
    return {
      stage,
      status: t?.status ?? (t ? (t.to === undefined ? 'running' : 'done') : stage === 'synthesis' ? 'skipped' : 'pending'),
      startedAt: t ? at(t.from) : null,
      endedAt: t?.to === undefined ? null : at(t.to),
      parts: t?.parts ?? [],
    };
  });

const arm = (
  name: string,
  kind: ArmDocument['kind'],
  accuracy: [number, number, number],
  f1: [number, number, number],
  p50: number,
  unparseable = 0,
): ArmDocument => {
  const estimate = ([value, low, high]: [number, number, number]) => ({ value, low, high });
  return {
    name,
    kind,
    artifact: ref('a'),
    model: 'smollm2-135m-instruct',
    n: 336,
    unparseable,
    usd: 0,
    seconds: 12,
    latencyMs: { p50, p95: p50 * 2 },
    metrics: { accuracy: estimate(accuracy), f1_macro: estimate(f1) },
  };
};
const arms = [
  arm('zero-shot', 'untuned', [0.121, 0.09, 0.16], [0.058, 0.04, 0.081], 88, 14),
  arm('few-shot-8', 'untuned', [0.301, 0.255, 0.352], [0.262, 0.218, 0.311], 143, 3),
  arm('classical', 'untuned', [0.652, 0.6, 0.701], [0.641, 0.588, 0.689], 0.4),
  arm('lora-smollm2-135m', 'tuned', [0.812, 0.767, 0.85], [0.804, 0.757, 0.845], 61),
];

const document: RunDocument = {
  run: 'fine-tune/support-triage/3f2a9c1e/1',
  outcome: null as unknown as 'deployed',
  error: null,
  dataset: {
    hash: ref('d'),
    rows: { train: 574, validation: 101, test: 336 },
    dropped: { duplicate: 16, nearDuplicate: 9, leak: 9, invalid: 9, pii: 0 },
    redacted: 29,
    synthetic: 0,
  },
  arms: [],
  gate: null,
  jobs: [],
  approval: null,
  deployment: null,
  spend: { usd: 0, budget: 20 },
  seconds: { dataset: 1.4, synthesis: 0, training: 182, evaluation: 74, waiting: 0, orchestration: 2, total: 261 },
};
const base: RunStatus = {
  run: document.run,
  name: 'support-triage',
  state: 'running',
  outcome: null,
  createdAt: startedAt,
  stages: stageList({ dataset: { from: 0 } }),
  decision: null,
  document: { ...document, dataset: null },
  report: { labels: [], confusions: [], findings: [] },
};

export const justStarted: RunStatus = base;

export const training: RunStatus = {
  ...base,
  document,
  stages: stageList({
    dataset: { from: 0, to: 1.4 },
    baselines: {
      from: 1.5,
      to: 39,
      parts: [part('zero-shot (validation)', 101, 101), part('few-shot-8 (validation)', 101, 101), part('classical', 1, 1)],
    },
    training: { from: 39, parts: [part('lora-smollm2-135m', 40, 216, { unit: 'steps', detail: 'step 40/216 · loss 0.33 · 210 tokens/s', loss })] },
  }),
};

const told = {
  dataset: { from: 0, to: 1.4 },
  baselines: { from: 1.5, to: 39, parts: [part('classical', 1, 1)] },
  training: { from: 39, to: 221, parts: [part('lora-smollm2-135m', 216, 216, { unit: 'steps', loss })] },
  evaluation: { from: 221, to: 258, parts: [part('classical', 336, 336)] },
  gate: { from: 258, to: 258.4 },
};

export const waiting: RunStatus = {
  ...base,
  state: 'waiting-for-approval',
  stages: stageList({ ...told, approval: { from: 259 } }),
  decision: {
    id: 'd',
    arm: 'lora-smollm2-135m',
    artifact: ref('b'),
    evidence: ref('e'),
    expiresAt: '2026-11-25T10:04:00.000Z',
    question: 'Deploy lora-smollm2-135m to support-triage? It beats every alternative on the test rows.',
    acknowledge: ['safety: may be worse by 0.01'],
  },
  document: {
    ...document,
    arms,
    gate: {
      decision: 'promote',
      candidate: 'lora-smollm2-135m',
      rowsNeeded: null,
      comparisons: [
        { against: 'classical', difference: { value: 0.163, low: 0.112, high: 0.214, p: 0.00001 }, detectable: 0.07 },
        { against: 'few-shot-8', difference: { value: 0.542, low: 0.486, high: 0.597, p: 0.00001 }, detectable: 0.07 },
      ],
      reasons: ['lora-smollm2-135m answers 54 more of 336 test rows rightly than classical: +16.3 points (95 % interval +11.2 to +21.4).'],
    },
  },
  report: {
    labels: [],
    findings: [],
    confusions: [
      { expected: 'billing', answered: 'refunds', count: 9 },
      { expected: 'delivery', answered: 'returns', count: 5 },
      { expected: 'theft', answered: '(unparseable)', count: 1 },
    ],
  },
};

/** Waits for money and for a look into a provider's console at once. */
export const asking: RunStatus = {
  ...training,
  state: 'waiting-for-budget',
  budget: {
    step: 'training of lora-qwen2.5-7b at together',
    limit: 'budget',
    limitMicroUsd: 20_000_000,
    takenMicroUsd: 18_250_000,
    neededMicroUsd: 4_318_000,
    retryAt: null,
  },
  job: { key: 'f'.repeat(64), candidate: 'house-model', provider: 'compatible', base: 'house-model', suffix: 'tgffffffffffffffff', since: at(60) },
};

export const deployed: RunStatus = {
  ...waiting,
  state: 'ended',
  outcome: 'deployed',
  decision: null,
  stages: stageList({ ...told, approval: { from: 259, to: 280 }, deployment: { from: 280, to: 281 } }),
  document: {
    ...waiting.document,
    outcome: 'deployed',
    approval: { by: 'Ada', verified: false, at: at(280), artifact: ref('b') },
    deployment: {
      endpoint: 'support-triage',
      arm: 'lora-smollm2-135m',
      model: 'm',
      url: 'http://127.0.0.1:7300/v1',
      keyFile: '/home/ada/.tunegate/api-key',
    },
  },
};

export const failed: RunStatus = {
  ...training,
  state: 'ended',
  outcome: 'failed',
  stages: stageList({
    dataset: { from: 0, to: 1.4 },
    baselines: { from: 1.5, to: 39 },
    training: { from: 39, to: 60, status: 'failed', parts: [part('lora-smollm2-135m', 12, 216, { unit: 'steps' })] },
  }),
  document: {
    ...document,
    outcome: 'failed',
    error: {
      code: 'base_model_missing',
      message: "there is no base model 'smolm2'",
      where: 'candidates.tuned[0].base',
      remedy: 'use one of: smollm2-135m-instruct',
    },
  },
};
