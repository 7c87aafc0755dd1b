import { expect, test } from 'vitest';
import { plain } from '../../../cli/console/style.ts';
import { estimateLines, usdRange } from '../../../cli/view/estimate.ts';
import type { EstimateDocument } from '../../../contracts/estimate.ts';

const price = { from: '2025-06-01', asOf: '2025-11-14', source: 'https://www.together.ai/pricing', confirmedOn: null };
const unknown = { trainedTokens: null, inputTokens: null, outputTokens: null, hours: null };
const estimate: EstimateDocument = {
  name: 'support-triage',
  total: { value: 4.318, low: 3.6, high: 6.9 },
  budget: 5,
  withinBudget: false,
  lines: [
    {
      ...unknown,
      kind: 'training',
      label: 'lora-qwen2.5-7b',
      provider: 'together',
      base: 'Qwen/Qwen2.5-7B-Instruct',
      trainedTokens: 312_000,
      usd: { value: 0.15, low: 0.12, high: 0.2 },
      rule: '$0.48 per million tokens of each epoch',
      price,
    },
    {
      ...unknown,
      kind: 'evaluation',
      label: 'zero-shot on test rows',
      provider: 'local',
      base: 'smollm2-135m-instruct',
      inputTokens: 28_560,
      outputTokens: 1_344,
      hours: 0.1,
      usd: { value: 0, low: 0, high: 0 },
      rule: 'own machine',
      price: null,
    },
    {
      ...unknown,
      kind: 'hosting',
      label: 'house',
      provider: 'compatible',
      base: 'house-model',
      hours: 1.5,
      usd: null,
      rule: 'no price is known',
      price: null,
    },
  ],
  tokens: [
    { provider: 'together', base: 'Qwen/Qwen2.5-7B-Instruct', method: 'estimated', tokenizer: 'o200k_base', error: 0.3 },
    { provider: 'local', base: 'smollm2-135m-instruct', method: 'own tokenizer', tokenizer: 'smollm2-135m-instruct', error: 0 },
  ],
  memory: [{ label: 'lora-smollm2-135m', base: 'smollm2-135m-instruct', neededBytes: 3 * 1024 ** 3, availableBytes: 2 * 1024 ** 3, fits: false }],
  licences: [],
  retirements: [],
  warnings: ['no price is known for compatible/house-model: its steps are not in the total; docs/money.md shows how to write one'],
};

test('draws an estimate step by step, with its total, its counting and its warnings', () => {
  expect(estimateLines(estimate, plain).join('\n')).toMatchSnapshot();
});

test('an amount that is known for sure has no range', () => {
  expect(usdRange({ value: 4, low: 4, high: 4 })).toBe('$4.00');
  expect(usdRange({ value: 0.0123, low: 0.01, high: 0.02 })).toBe('$0.012 ($0.01 – $0.02)');
});
