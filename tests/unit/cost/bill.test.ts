import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CatalogueModel, DatedPrice, TrainingBilling } from '../../../contracts/catalogue.ts';
import { hostingCost, inferenceCost, trainingCost } from '../../../domain/cost/bill.ts';
import { priceBook, priceOn } from '../../../domain/cost/price-book.ts';
import { catalogue } from '../../../providers/catalogue/index.ts';

const perToken: TrainingBilling = { rule: 'per-trained-token', usdPerMillion: '0.48', countsEpochs: true, minimumUsd: '4' };
const usage = (trainedTokens: number, ms = 0) => ({ fileTokens: trainedTokens / 3, trainedTokens, ms });

describe('training', () => {
  test('is billed by trained tokens, each epoch counted, and at least the minimum', () => {
    expect(trainingCost(perToken, usage(30_000_000), 'nearest')).toBe(14_400_000);
    expect(trainingCost(perToken, usage(3_000), 'nearest')).toBe(4_000_000);
    expect(trainingCost({ ...perToken, countsEpochs: false }, usage(30_000_000), 'nearest')).toBe(4_800_000);
  });

  test('is billed by the hour where the machine is rented, and is free where it is nobody else’s', () => {
    expect(trainingCost({ rule: 'per-hour', usdPerHour: '2.49' }, usage(0, 90 * 60_000), 'nearest')).toBe(3_735_000);
    expect(trainingCost({ rule: 'free' }, usage(1e9, 1e9), 'up')).toBe(0);
  });

  test('more tokens never cost less', () => {
    const count = fc.integer({ min: 0, max: 1e9 }).map((n) => n * 3);
    fc.assert(
      fc.property(count, count, (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(trainingCost(perToken, usage(less), 'up')).toBeLessThanOrEqual(trainingCost(perToken, usage(more), 'up'));
      }),
    );
  });
});

describe('answers', () => {
  const price = { usdPerMillionInput: '2', usdPerMillionOutput: '8', batchDiscount: '0.5' } as const;

  test('cost half in a batch where the provider says so', () => {
    const tokens = { inputTokens: 1_000_000, outputTokens: 500_000, ms: 0 };
    expect(inferenceCost(price, { ...tokens, isBatch: false }, 'nearest')).toBe(6_000_000);
    expect(inferenceCost(price, { ...tokens, isBatch: true }, 'nearest')).toBe(3_000_000);
  });

  test('what is reserved covers what is settled, for any usage', () => {
    const n = fc.integer({ min: 0, max: 1e8 });
    fc.assert(
      fc.property(n, n, fc.boolean(), (inputTokens, outputTokens, isBatch) => {
        const used = { inputTokens, outputTokens, isBatch, ms: 0 };
        expect(inferenceCost(price, used, 'up')).toBeGreaterThanOrEqual(inferenceCost(price, used, 'nearest'));
      }),
    );
  });
});

test('a deployment costs its hours and its share of a month', () => {
  expect(hostingCost({ usdPerHour: '1.7' }, 24 * 3_600_000, 'nearest')).toBe(40_800_000);
  expect(hostingCost({ usdPerHour: '0', usdPerMonth: '2' }, 15 * 24 * 3_600_000, 'nearest')).toBe(1_000_000);
});

describe('a price book', () => {
  const priced = (from: string, usd: string): DatedPrice => ({
    from,
    asOf: from,
    source: 'https://example.org/prices',
    training: { default: { rule: 'per-trained-token', usdPerMillion: usd, countsEpochs: true } },
    inference: { usdPerMillionInput: usd, usdPerMillionOutput: usd },
  });
  const [template] = catalogue as readonly [CatalogueModel];
  const model = { ...template, provider: 'acme', base: 'one', aliases: ['uno'], prices: [priced('2026-03-01', '3'), priced('2026-01-01', '1')] };

  test('gives the price that holds on the day, in whatever order the entries stand', () => {
    const book = priceBook([model]);
    const on = (day: string) => book.priceOn('acme', 'uno', day)?.inference.usdPerMillionInput ?? null;
    expect([on('2025-12-31'), on('2026-01-01'), on('2026-02-28'), on('2026-03-01'), on('2030-01-01')]).toEqual([null, '1', '1', '3', '3']);
  });

  test("a user's own prices replace those of the catalogue, and add models that it does not know", () => {
    const book = priceBook(
      [model],
      [
        { provider: 'acme', base: 'one', prices: [priced('2026-01-01', '0.5')] },
        { provider: 'acme', base: 'two', prices: [priced('2026-01-01', '7')] },
      ],
    );
    expect(book.priceOn('acme', 'one', '2026-06-01')?.inference.usdPerMillionInput).toBe('0.5');
    expect(book.priceOn('acme', 'two', '2026-06-01')?.inference.usdPerMillionInput).toBe('7');
    expect(book.find('acme', 'one')?.licence).toEqual(model.licence);
  });

  test("an own machine's price per hour holds for everything that it runs", () => {
    const perHour: TrainingBilling = { rule: 'per-hour', usdPerHour: '2.49' };
    const machine = { ...priced('2026-01-01', '0'), training: { default: perHour } };
    const book = priceBook(catalogue, [{ provider: 'local', base: '*', prices: [machine] }]);
    for (const base of ['smollm2-135m-instruct', 'classical', 'any-folder'])
      expect(book.priceOn('local', base, '2026-11-22')?.training.default).toEqual(perHour);
  });

  test('has a price for every tunable model of the catalogue but those whose price no page tells', () => {
    const unpriced = catalogue.filter((known) => priceOn(known.prices, '2026-11-27') === null).map(({ provider, base }) => `${provider}/${base}`);
    expect(unpriced).toEqual(['vertex/gemini-3.5-flash-lite', 'vertex/gemini-3.5-flash', 'bedrock/amazon.nova-2-lite-v1:0:256k']);
  });

  test('has a source for each price of the catalogue, and amounts that can be read', () => {
    for (const known of catalogue) {
      for (const price of known.prices) {
        expect(price.source).not.toBe('');
        for (const billing of Object.values(price.training)) trainingCost(billing, usage(3), 'up');
        for (const answers of [price.inference, price.tunedInference ?? price.inference])
          inferenceCost(answers, { inputTokens: 1, outputTokens: 1, isBatch: true, ms: 1 }, 'up');
        if (price.hosting) hostingCost(price.hosting, 1, 'up');
      }
    }
  });
});
