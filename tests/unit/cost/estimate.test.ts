import { expect, test } from 'vitest';
import { pipelineSpecSchema, type PipelineSpecInput } from '../../../contracts/pipeline-spec.ts';
import type { Row } from '../../../contracts/rows.ts';
import { estimateRun, type EstimateSources } from '../../../domain/cost/estimate/estimate-run.ts';
import { sourcesOf } from '../../../domain/cost/estimate/sources.ts';
import { priceBook } from '../../../domain/cost/price-book.ts';
import { catalogue } from '../../../providers/catalogue/index.ts';

const labels = ['billing', 'shipping'];
const rowsOf = (n: number, from = 0): Row[] =>
  Array.from({ length: n }, (_, i) => ({
    id: `rows.csv:${from + i + 2}`,
    file: 'rows.csv',
    line: from + i + 2,
    input: `message number ${from + i} about my order`,
    output: labels[i % 2] ?? '',
    group: null,
    columns: {},
    origin: null,
    weight: 1,
  }));

const specOf = (change: Partial<PipelineSpecInput>) =>
  pipelineSpecSchema.parse({
    name: 'estimated',
    task: { type: 'classification' },
    dataset: { source: 'rows.csv', input: 'text', output: 'team' },
    candidates: { untuned: ['zero-shot'], tuned: [{ provider: 'acme', base: 'm1', hyperparameters: { epochs: 2 } }] },
    deployment: { endpoint: 'e' },
    ...change,
  });

const today = '2026-11-27';
const prices = (training: object, more: object = {}) =>
  priceBook(
    [],
    [
      {
        provider: 'acme',
        base: 'm1',
        prices: [
          {
            from: '2026-01-01',
            asOf: '2026-01-01',
            source: 'test',
            training: { default: training as { rule: 'free' } },
            inference: { usdPerMillionInput: '1', usdPerMillionOutput: '2', batchDiscount: '0.5' },
            ...more,
          },
        ],
      },
    ],
  );

/** Ten tokens a conversation and one a text, counted exactly; nine tokens where a row is cut at nine. */
const sources = (book: ReturnType<typeof prices>, change: Partial<EstimateSources> = {}): EstimateSources => ({
  ...sourcesOf({
    prices: book,
    today,
    count: () => Promise.reject(new Error('no trainer')),
    machine: async () => null,
    answersInBatches: () => false,
    usualTokensPerSecond: async () => null,
  }),
  counter: async () => ({
    method: 'own tokenizer',
    tokenizer: 'ten',
    error: 0,
    conversations: async (list, maxLength = 10) => list.map(() => Math.min(10, maxLength)),
    texts: async (list) => list.map(() => 1),
  }),
  ...change,
});
const rows = { train: rowsOf(100), validation: rowsOf(20, 100), test: rowsOf(40, 200) };
const input = (change: Partial<PipelineSpecInput> = {}) => ({ spec: specOf(change), task: { type: 'classification', labels } as const, rows });
const perToken = { rule: 'per-trained-token', usdPerMillion: '500', countsEpochs: true };

test('training is billed by its tokens in each epoch, and answers by what is read and written', async () => {
  const { lines, total } = await estimateRun(input(), sources(prices(perToken)), today);
  const [training] = lines.filter((line) => line.kind === 'training');
  expect(training).toMatchObject({ label: 'lora-m1', trainedTokens: 2000, usd: { value: 1, low: 1, high: 1 } });
  // Two arms, sixty questions of ten tokens each; an answer has one token likely and thirty-two at most.
  const answers = lines.filter((line) => line.kind === 'evaluation');
  expect(answers.map((line) => line.inputTokens)).toEqual([200, 400, 200, 400]);
  expect(answers.reduce((sum, line) => sum + (line.usd?.value ?? 0), 0)).toBeCloseTo((1200 + 120 * 2) / 1e6, 12);
  expect(answers.reduce((sum, line) => sum + (line.usd?.high ?? 0), 0)).toBeCloseTo((1200 + 120 * 32 * 2) / 1e6, 12);
  expect(total.value).toBeCloseTo(1.00144, 12);
});

test('a minimum, validation tokens and a deployment are in the estimate where the provider bills them', async () => {
  const least = await estimateRun(input(), sources(prices({ ...perToken, minimumUsd: '4' })), today);
  expect(least.lines.find((line) => line.kind === 'training')?.usd?.value).toBe(4);
  const evaluated = await estimateRun(input(), sources(prices({ ...perToken, evaluations: 1 })), today);
  expect(evaluated.lines.find((line) => line.kind === 'training')).toMatchObject({ trainedTokens: 2200, usd: { value: 1.1 } });
  const hosted = await estimateRun(input(), sources(prices(perToken, { hosting: { usdPerHour: '4' } })), today);
  expect(hosted.lines.find((line) => line.kind === 'hosting')).toMatchObject({ usd: { value: 1, high: 4 } });
  expect(hosted.warnings.join()).toContain('$96.00 a day');
});

test('the rounds of a sweep and the points of a learning curve are jobs too, and only what may win answers the test rows', async () => {
  const candidates = {
    untuned: [],
    tuned: [{ provider: 'acme', base: 'm1', hyperparameters: { epochs: 2 } }],
    sweep: { learningRate: [1e-4, 1e-3], trials: 3 },
  };
  const swept = await estimateRun(input({ candidates, evaluation: { learningCurve: [0.5] } }), sources(prices(perToken)), today);
  // Three settings for one epoch, the best for two, and half of the rows for two.
  expect(swept.lines.filter((line) => line.kind === 'training').map((line) => line.trainedTokens)).toEqual([3000, 2000, 1000]);
  const asked = swept.lines.filter((line) => line.kind === 'evaluation').map((line) => [line.label.replace(/^lora-m1,? /, ''), line.inputTokens]);
  expect(asked).toEqual([
    ['round 1 of the sweep on validation rows', 600],
    ['round 2 of the sweep on validation rows', 200],
    ['round 2 of the sweep on test rows', 400],
    ['on 50 % of the rows on validation rows', 200],
  ]);
});

test('own machines are billed by the hour, at the speed that jobs have shown, and for more where it is assumed', async () => {
  const book = prices({ rule: 'per-hour', usdPerHour: '3.6' });
  const usual = sources(book);
  const shown = sources(book, {
    priced: async (...asked) => ({ ...(await usual.priced(...asked)), speed: { tokensPerSecond: 100, isShown: true } }),
  });
  const training = async (of: EstimateSources) => (await estimateRun(input(), of, today)).lines.find((line) => line.kind === 'training')?.usd;
  // Half a minute to begin and to end, and 2,000 tokens: $3.60 an hour are a tenth of a cent per second.
  expect(await training(shown)).toEqual({ value: 0.05, low: 0.05, high: 0.075 });
  expect(await training(usual)).toEqual({ value: 0.034, low: 0.034, high: 0.136 });
});

test('what has no price is told, and is not in the total', async () => {
  const { lines, total, warnings } = await estimateRun(input(), sources(priceBook([])), today);
  expect(lines.every((line) => line.usd === null)).toBe(true);
  expect(total).toEqual({ value: 0, low: 0, high: 0 });
  expect(warnings.join()).toContain('no price is known for acme/m1: its steps are not in the total');
  const limited = await estimateRun(input({ budget: { usd: 1 } }), sources(priceBook([])), today);
  expect(limited.warnings.join()).toContain('no price is known for acme/m1: a run with a budget refuses it');
});

test('a budget is held against the most that may be needed', async () => {
  const within = async (usd: number) => (await estimateRun(input({ budget: { usd } }), sources(prices(perToken)), today)).withinBudget;
  expect(await within(1.01)).toBe(true);
  expect(await within(1.005)).toBe(false);
});

test('a range follows from the stated error of an estimated tokenizer', async () => {
  const book = prices(perToken);
  const { counter: _, ...counted } = sources(book);
  const real = sourcesOf({
    prices: book,
    today,
    count: () => Promise.reject(new Error('none')),
    machine: async () => null,
    answersInBatches: () => false,
    usualTokensPerSecond: async () => null,
  });
  const { tokens, lines } = await estimateRun(input(), { ...counted, counter: real.counter }, today);
  expect(tokens).toEqual([{ provider: 'acme', base: 'm1', method: 'estimated', tokenizer: 'o200k_base', error: 0.3 }]);
  const { low = 0, value = 0, high = 0 } = lines.find((line) => line.kind === 'training')?.usd ?? {};
  expect(low).toBeCloseTo(value / 1.3, 2);
  expect(high).toBeCloseTo(value * 1.3, 2);
});

const smolLm2 = { parameters: 134_515_008, layers: 30, width: 576, heads: 9, keyValueWidth: 192, feedForward: 1536, vocabulary: 49_152 };

test('memory that an own machine lacks is told before the start, and is that of the rows that are there', async () => {
  const spec = { candidates: { untuned: [], tuned: [{ provider: 'local', base: 'smollm2-135m-instruct' }] } } satisfies Partial<PipelineSpecInput>;
  const on = (memoryBytes: number, conversations = async (list: readonly unknown[]) => list.map(() => 10)) => {
    const usual = sources(priceBook(catalogue), { machine: async () => ({ memoryBytes, precision: 'bf16', base: smolLm2 }) });
    const counter = async () => ({ ...(await usual.counter('local', 'smollm2-135m-instruct')), conversations });
    return estimateRun(input(spec), { ...usual, counter }, today);
  };
  expect((await on(64 * 1024 ** 3)).memory).toMatchObject([{ fits: true }]);
  const tight = await on(1024 ** 3);
  expect(tight.memory).toMatchObject([{ fits: false }]);
  expect(tight.warnings.join()).toMatch(/needs about .* of memory, and the machine has 1.0 GiB/);
  const longer = await on(1024 ** 3, async (list) => list.map((_, i) => (i === 3 ? 500 : 10)));
  expect(longer.memory[0]?.neededBytes).toBeGreaterThan((tight.memory[0]?.neededBytes ?? 0) * 2);
});

test('passages that a tuned model retrieves are in its training rows too', async () => {
  const tuned = (rag: boolean) => ({ candidates: { untuned: [], tuned: [{ provider: 'acme', base: 'm1', hyperparameters: { epochs: 2 }, rag }] } });
  const knowledge = { documents: './handbook/*.md', passages: 3, chunkTokens: 100 };
  const trained = async (rag: boolean) =>
    (await estimateRun(input({ ...tuned(rag), knowledge }), sources(prices(perToken)), today)).lines.find((line) => line.kind === 'training')
      ?.trainedTokens;
  expect(await trained(false)).toBe(2 * 100 * 10);
  expect(await trained(true)).toBe(2 * 100 * (10 + 300));
});

test('licences and retirements of every model are listed, and an end that is near is a warning', async () => {
  const spec = { candidates: { untuned: [], tuned: [{ provider: 'openai', base: 'gpt-4o-mini-2024-07-18', method: 'full' as const }] } };
  const { licences, retirements, warnings } = await estimateRun(input(spec), sources(priceBook(catalogue)), '2027-01-07');
  expect(licences).toHaveLength(1);
  expect(retirements).toHaveLength(1);
  expect(warnings.join()).toContain('openai takes no new training job for gpt-4o-mini-2024-07-18 since 2027-01-06');
  const before = await estimateRun(input(spec), sources(priceBook(catalogue)), '2026-11-27');
  expect(before.warnings.join()).toContain('openai takes no new training job for gpt-4o-mini-2024-07-18 from 2027-01-06 on');
});
