/** A report as a real run fills it, for tests and for looking at: fourteen labels, five arms, a champion. Made from a seed, so that it is always the same. */
import { classificationMetrics } from '../../domain/evaluation/classification-metrics.ts';
import { topConfusions } from '../../domain/evaluation/top-confusions.ts';
import { seededRandom } from '../../domain/evaluation/random.ts';
import { wilsonInterval } from '../../domain/evaluation/wilson.ts';
import { decideGate } from '../../domain/gate/decide-gate.ts';
import { trainingAdvice } from '../../domain/training/advice.ts';
import { headline } from '../../domain/report/headline.ts';
import type { ReportData } from '../../domain/report/report-data.ts';
import type { Prediction } from '../../contracts/rows.ts';
import type { ArmDocument, ArtifactRef } from '../../contracts/run.ts';

const labels = [
  'account_access',
  'battery_care',
  'billing_invoices',
  'cancellation',
  'charging_fault',
  'complaint',
  'damaged_or_missing',
  'delivery_status',
  'lease_contract',
  'privacy_data',
  'product_advice',
  'returns_refunds',
  'theft_insurance',
  'workshop_service',
] as const;
const texts = [
  "Eleven months in, thirteen to go, and I've just been posted to Singapore. How do people normally get out of it?",
  'My parcel weighed suspiciously little. Turns out a bag of air cushions, no gloves.',
  "Don't fix the account, don't reset it, don't win me back. Purge it, and tell me when it's done.",
  'It says 100 % in the garage and dies at the second hill. Cold does that, or is it broken?',
  "It's not a complaint about the old one, served me well! But what comes closest to the 2018 Classic nowadays?",
];

const ref = (name: string): ArtifactRef =>
  `sha256:${[...name]
    .reduce((h, c) => (h * 33 + c.charCodeAt(0)) >>> 0, 5381)
    .toString(16)
    .padStart(8, '0')
    .repeat(8)}`;

const testRows = 560;
const skills = { 'lora-smollm2-135m': 0.945, champion: 0.868, classical: 0.851, 'few-shot-8': 0.552, 'zero-shot': 0.367 } as const;
type ArmName = keyof typeof skills;
const names = Object.keys(skills) as ArmName[];

function answersOf(arm: ArmName): { expected: string; answer: string | null }[] {
  const random = seededRandom(arm.length * 97).unit;
  return Array.from({ length: testRows }, (_, i) => {
    const at = i % labels.length;
    const expected = labels[at] as string;
    if (random() < skills[arm]) return { expected, answer: expected };
    if (arm === 'zero-shot' && random() < 0.05) return { expected, answer: null };
    return { expected, answer: labels[(at + (random() < 0.6 ? 1 : Math.floor(random() * labels.length))) % labels.length] ?? null };
  });
}

const answered = Object.fromEntries(names.map((name) => [name, answersOf(name)])) as Record<ArmName, ReturnType<typeof answersOf>>;
const measured = Object.fromEntries(
  names.map((name) => [name, classificationMetrics(answered[name], labels, { seed: 7, resamples: 300 })]),
) as Record<ArmName, ReturnType<typeof classificationMetrics>>;
const said = (arm: ArmName, i: number) => answered[arm][i]?.answer ?? null;
const isRight = (arm: ArmName, i: number) => said(arm, i) === answered[arm][i]?.expected;
const rowId = (i: number) => `test.csv:${i + 2}`;
const indices = [...Array(testRows).keys()];
const best: ArmName = 'lora-smollm2-135m';

const arms = names.map((name): ArmDocument => {
  const kind = name === best ? 'tuned' : name === 'champion' ? 'champion' : 'untuned';
  const isFast = name === 'classical';
  return {
    name,
    kind,
    artifact: ref(name),
    model: isFast ? 'classical' : 'smollm2-135m-instruct',
    n: testRows,
    unparseable: measured[name].unparseable,
    usd: 0,
    seconds: isFast ? 0.4 : 21.7,
    latencyMs: { p50: isFast ? 0.4 : 38, p95: isFast ? 0.9 : 61 },
    metrics: measured[name].metrics,
  };
});

const gateArm = (arm: ArmName) => ({
  name: arm,
  artifact: ref(arm),
  predictions: answered[arm].map(
    (p, i): Prediction => ({
      ...p,
      row: rowId(i),
      raw: p.answer ?? '',
      scores: null,
      latencyMs: 38,
      promptTokens: 0,
      completionTokens: 0,
      error: null,
    }),
  ),
});
const gated = decideGate({
  metric: 'accuracy',
  taskType: 'classification',
  labels,
  look: 2,
  seed: 7,
  candidate: gateArm(best),
  targets: [
    { role: 'champion', ...gateArm('champion') },
    { role: 'best-untuned', ...gateArm('classical') },
  ],
  spec: {
    beat: ['champion', 'best-untuned'],
    confidence: 0.95,
    minimumGain: 0,
    equivalence: 0.01,
    maximumRegression: {},
    nonInferiority: false,
    retraining: { margin: 0.05 },
  },
  dataset: { n: testRows, contaminated: false, testChanged: false },
});

function lossCurve(): ReportData['jobs'][number]['loss'] {
  const random = seededRandom(3).unit;
  return Array.from({ length: 90 }, (_, i) => {
    const step = (i + 1) * 2;
    const train = 2.4 * Math.exp(-step / 26) + 0.16 + 0.12 * random();
    return { step, train, validation: step % 30 === 0 ? 2.1 * Math.exp(-step / 30) + 0.27 : null };
  });
}

const { perClass, confusion } = measured[best];
const wrongRows = indices.filter((i) => !isRight(best, i));
const changedRows = indices.filter((i) => said(best, i) !== said('champion', i));
const verdictOf = (i: number) => (isRight(best, i) ? 'gain' : isRight('champion', i) ? 'loss' : 'other') as 'gain' | 'loss' | 'other';
const input = (i: number) => texts[i % texts.length] as string;
const drops = { duplicate: 34, nearDuplicate: 71, leak: 22, invalid: 9, pii: 0 };
const rows = { train: 1764, validation: 311, test: testRows };

const facts: Omit<ReportData, 'headline'> = {
  version: 1,
  run: 'fine-tune/support-triage/3f2a9c1e/2',
  name: 'support-triage',
  state: 'ended',
  outcome: 'deployed',
  error: null,
  createdAt: '2026-11-22T18:40:12.000Z',
  endedAt: '2026-11-22T18:47:31.000Z',
  requestedBy: 'Ada',
  endpoint: 'support-triage',
  task: { type: 'classification', instruction: 'Which team should answer this message?', labels: labels.length },
  roles: { candidate: best, bestUntuned: 'classical', champion: 'champion', offered: best, shown: best },
  metric: 'accuracy',
  arms,
  gate: {
    ...gated.document,
    metric: gated.evidence.metric,
    n: testRows,
    level: gated.evidence.level,
    minimumGain: 0,
    equivalence: 0.01,
    comparisons: gated.document.comparisons.map((c, i) => ({
      ...c,
      test: null,
      gains: null,
      losses: null,
      rowsNeeded: null,
      ...gated.evidence.comparisons[i],
    })),
    slices: gated.evidence.slices,
    preferences: [
      {
        against: 'champion',
        n: testRows,
        wins: 60,
        losses: 21,
        ties: 479,
        flipped: 9,
        unreadable: 0,
        difference: { value: 0.07, low: 0.03, high: 0.11, p: 0.001 },
      },
    ],
    suites: [
      {
        name: 'regression',
        against: 'champion',
        passed: { candidate: 0.892, target: 0.9 },
        n: 240,
        regression: { value: 0.008, low: -0.01, high: 0.027 },
        margin: 0.02,
        detectable: 0.041,
        verdict: 'passed',
      },
    ],
    ledger: [
      { look: 1, alpha: 0.025, run: 'fine-tune/support-triage/3f2a9c1e/1', at: '2026-11-15T09:00:00.000Z' },
      { look: 2, alpha: 0.0125, run: 'fine-tune/support-triage/3f2a9c1e/2', at: '2026-11-22T18:46:02.000Z' },
    ],
  },
  approval: { by: 'Ada', verified: true, at: '2026-11-22T18:46:40.000Z', artifact: ref(best), comment: 'Read the mistakes; fine.' },
  voices: [
    {
      verdict: 'approve',
      by: 'Ada',
      verified: true,
      counted: true,
      refusedBecause: null,
      comment: 'Read the mistakes; fine.',
      at: '2026-11-22T18:46:40.000Z',
    },
  ],
  deployment: { arm: best, url: 'http://127.0.0.1:7300/v1' },
  changes: {
    candidate: best,
    n: testRows,
    fresh: 0,
    same: testRows - changedRows.length,
    gains: changedRows.filter((i) => verdictOf(i) === 'gain').length,
    losses: changedRows.filter((i) => verdictOf(i) === 'loss').length,
    others: changedRows.filter((i) => verdictOf(i) === 'other').length,
    rows: changedRows.slice(0, 20).map((i) => ({
      row: rowId(i),
      input: input(i),
      expected: answered[best][i]?.expected ?? '',
      champion: said('champion', i),
      candidate: said(best, i),
      verdict: verdictOf(i),
    })),
  },
  fields: [],
  confusion: { arm: best, labels: confusion.labels, counts: confusion.counts, top: topConfusions(confusion, 8) },
  perClass: Object.entries(perClass).map(([label, c]) => ({ label, ...c })),
  notes: measured[best].notes,
  mistakes: {
    arm: best,
    kind: 'wrong',
    n: testRows,
    total: wrongRows.length,
    rows: wrongRows.slice(0, 60).map((i) => ({
      row: rowId(i),
      input: input(i),
      expected: answered[best][i]?.expected ?? '',
      said: names.map((arm) => ({ arm, answer: said(arm, i), right: isRight(arm, i) })),
    })),
  },
  slices: [
    {
      column: 'channel',
      arms: [best, 'classical'],
      values: (['email', 'chat', 'app', 'phone'] as const).map((value, k) => {
        const members = indices.filter((i) => (i % 7) % 4 === k);
        return {
          value,
          n: members.length,
          estimates: ([best, 'classical'] as const).map((arm) => wilsonInterval(members.filter((i) => isRight(arm, i)).length, members.length)),
        };
      }),
    },
  ],
  calibration: [
    {
      arm: best,
      n: testRows,
      ece: 0.031,
      brier: 0.104,
      bins: [0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.96].map((confidence, i) => ({
        low: confidence - 0.05,
        high: confidence + 0.05,
        n: [6, 11, 18, 24, 41, 80, 380][i] ?? 0,
        confidence,
        accuracy: Math.min(0.99, confidence - 0.06 + i * 0.012),
      })),
    },
  ],
  dataset: {
    hash: ref('dataset'),
    read: rows.train + rows.validation + rows.test + 136,
    dropped: drops,
    rows,
    redacted: 47,
    synthetic: 0,
    balance: labels.map((label, i) => ({ label, train: 126 - i * 3, validation: 22, test: 40 })),
    profile: {
      funnel: [{ step: 'read', rows: 2771 }],
      before: Object.fromEntries(labels.map((label, i) => [label, 210 - i * 5])),
      lengths: [
        { upTo: 32, train: 120, validation: 20, test: 51 },
        { upTo: 64, train: 944, validation: 181, test: 390 },
        { upTo: 128, train: 700, validation: 110, test: 240 },
      ],
      samples: [{ id: 'messages.csv:12', side: 'train', input: 'The brakes squeal <since> the service', output: labels[0] ?? '' }],
    },
    synthesis: {
      teacher: 'local/smollm2-135m-instruct',
      promptVersion: '2',
      requested: 60,
      written: 52,
      kept: 9,
      seconds: 0,
      stopped: 'time',
      filters: [
        { filter: 'schema', dropped: 3, samples: [{ generator: 'paraphrase', text: 'Hello', why: 'too short' }] },
        {
          filter: 'label',
          dropped: 40,
          samples: [{ generator: 'hard-negative', text: 'Where is my invoice', why: 'meant as orders, read as billing' }],
        },
        { filter: 'leak', dropped: 0, samples: [] },
      ],
      generators: { 'hard-negative': { written: 26, kept: 1 }, paraphrase: { written: 26, kept: 8 } },
      documentsOfTest: ['handbook/returns.md'],
      candidates: ref('candidates'),
    },
    findings: [
      {
        kind: 'leak',
        action: 'dropped',
        count: 22,
        shown: [
          {
            kind: 'leak',
            file: 'messages.csv',
            line: 88,
            field: 'text',
            other: { file: 'test.csv', line: 12 },
            action: 'dropped',
            message: 'this row says the same as a test row',
            remedy: 'remove one of the two from the source',
          },
        ],
      },
      {
        kind: 'nearDuplicate',
        action: 'dropped',
        count: 71,
        shown: [
          {
            kind: 'nearDuplicate',
            file: 'messages.csv',
            line: 412,
            field: 'text',
            other: { file: 'messages.csv', line: 97 },
            action: 'dropped',
            message: '87 % of the words are those of another row',
            remedy: 'nothing to do; one of the two is kept',
          },
        ],
      },
      {
        kind: 'pii',
        action: 'redacted',
        count: 47,
        shown: [
          {
            kind: 'pii',
            file: 'messages.csv',
            line: 9,
            field: 'text',
            other: null,
            action: 'redacted',
            message: 'an e-mail address became [EMAIL]',
            remedy: 'set dataset.pii to allow to keep it',
          },
        ],
      },
    ],
  },
  jobs: [
    {
      key: ref('job').slice(7),
      candidate: best,
      provider: 'local',
      base: 'smollm2-135m-instruct',
      attempt: 1,
      id: 'ftjob-5b1c22',
      status: 'succeeded',
      error: null,
      trainedTokens: 184_320,
      seconds: 214,
      hyperparameters: { method: 'lora', seed: 7, epochs: 3, learningRate: 0.0005, rank: 16, alpha: 16, batchSize: 8, maxLength: 512 },
      loss: lossCurve(),
      advice: trainingAdvice(lossCurve(), 3),
    },
    {
      key: ref('linear').slice(7),
      candidate: 'classical',
      provider: 'local',
      base: 'classical',
      attempt: 1,
      id: 'ftjob-77aa01',
      status: 'succeeded',
      error: null,
      trainedTokens: null,
      seconds: 1.9,
      hyperparameters: {},
      loss: [],
      advice: null,
    },
  ],
  sweep: {
    of: best,
    winner: `${best}-trial-1-rung-2`,
    stoppedBy: null,
    trials: [
      {
        name: `${best}-trial-1-rung-1`,
        rung: 1,
        hyperparameters: { learningRate: 5e-4, epochs: 1 },
        estimate: wilsonInterval(78, 101),
        stoppedBy: null,
        isWinner: false,
      },
      {
        name: `${best}-trial-2-rung-1`,
        rung: 1,
        hyperparameters: { learningRate: 2e-3, epochs: 1 },
        estimate: null,
        stoppedBy: 'failure',
        isWinner: false,
      },
      {
        name: `${best}-trial-1-rung-2`,
        rung: 2,
        hyperparameters: { learningRate: 5e-4, epochs: 3 },
        estimate: wilsonInterval(95, 101),
        stoppedBy: null,
        isWinner: true,
      },
    ],
    advice: ['The best learningRate, 0.0005, is the smallest that was tried: smaller ones may do better.'],
  },
  learning: [
    { share: 0.5, rows: 287, estimate: wilsonInterval(84, 101), advice: null },
    { share: 1, rows: 574, estimate: wilsonInterval(95, 101), advice: 'From 287 training rows to 574 it went up: more rows would probably help.' },
  ],
  validationMetric: 'accuracy',
  judge: { model: 'compatible/grader', rubric: '5: right\n1: wrong', agreement: { n: 24, kappa: 0.71, spearman: 0.68 } },
  spend: {
    usd: 0.42,
    budget: 20,
    lines: [
      { kind: 'training', label: best, provider: 'local', purpose: ref('job').slice(7, 47), usd: 0.4, isSettled: true },
      { kind: 'evaluation', label: `${best} on test rows`, provider: 'local', purpose: ref('eval').slice(7, 47), usd: 0.02, isSettled: true },
    ],
    estimate: null,
  },
  seconds: { dataset: 3.1, synthesis: 0, training: 216, evaluation: 92, waiting: 38, orchestration: 6.4, total: 355.5 },
  lineage: {
    specHash: ref('spec').slice(7),
    spec: ref('spec'),
    dataset: ref('dataset'),
    train: ref('train'),
    validation: ref('validation'),
    test: ref('test'),
    evidence: ref('evidence'),
    record: ref('record'),
    arms: arms.map((arm) => ({ name: arm.name, artifact: arm.artifact, model: arm.model, jobKey: null, predictions: ref(`answers of ${arm.name}`) })),
    versions: { tunegate: '0.1.0', trainer: '1' },
  },
};

/** @param changed what differs from the usual report; the headline follows */
export function sampleReport(changed: Partial<Omit<ReportData, 'headline'>> = {}): ReportData {
  const data = { ...facts, ...changed };
  return { ...data, headline: headline(data) };
}

/** One extracted order that three arms read: rightly, with two fields wrong, and not at all. */
export const extractionReport = (): ReportData =>
  sampleReport({
    task: { type: 'extraction', instruction: 'Read the order.', labels: 0 },
    changes: null,
    confusion: null,
    perClass: [],
    slices: [],
    calibration: [],
    fields: [
      { field: 'model', support: 60, arms: [{ arm: best, f1: { value: 0.8, low: 0.7, high: 0.9 } }] },
      { field: 'city', support: 60, arms: [{ arm: best, f1: { value: 0.6, low: 0.5, high: 0.7 } }] },
    ],
    mistakes: {
      arm: best,
      kind: 'wrong',
      n: 60,
      total: 1,
      rows: [
        {
          row: 'orders.jsonl:1',
          input: 'a Wren for Mol',
          expected: '{"model":"Wren","city":"Mol"}',
          said: [
            { arm: 'zero-shot', answer: '{"city":"Mol","model":"Wren"}', right: true },
            { arm: best, answer: '{"model":"Otter"}', right: false },
            { arm: 'few-shot-8', answer: null, right: false },
          ],
        },
      ],
    },
  });

/** A run that failed before anything was measured: only the opening and the lineage remain. */
export const emptyReport = (): ReportData =>
  sampleReport({
    outcome: 'failed',
    error: { code: 'empty_dataset', message: 'there are no rows in messages.csv', where: 'messages.csv', remedy: 'check the path in dataset.source' },
    roles: { candidate: null, bestUntuned: null, champion: null, offered: null, shown: null },
    arms: [],
    gate: null,
    approval: null,
    voices: [],
    deployment: null,
    changes: null,
    confusion: null,
    perClass: [],
    notes: [],
    mistakes: null,
    slices: [],
    calibration: [],
    dataset: null,
    jobs: [],
    sweep: null,
    learning: [],
    judge: null,
    spend: { usd: 0, budget: null, lines: [], estimate: null },
    seconds: { dataset: 0, synthesis: 0, training: 0, evaluation: 0, waiting: 0, orchestration: 0, total: 0 },
    lineage: { ...facts.lineage, dataset: null, train: null, validation: null, test: null, evidence: null, record: null, arms: [] },
  });
