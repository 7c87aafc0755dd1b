import type { CatalogueModel } from '../../contracts/catalogue.ts';
import { openAiTerms, perToken, priced } from './terms.ts';

const deprecations = 'https://developers.openai.com/api/docs/deprecations';
const at = { from: '2025-04-14', asOf: '2026-04-10', source: 'https://platform.openai.com/docs/pricing' };

/**
 * Self-serve tuning ends in steps: 2026-05-07 for newcomers, 2026-07-02 for the idle, 2027-01-06 for everybody. On 2026-10-14 OpenAI announced that
 * these bases, and what was tuned from them, answer no more from 2027-01-14 on.
 */
const closing = (shutdown: string | null) => ({
  noNewJobsFrom: '2027-01-06',
  shutdown,
  note: 'tuned models end with their base',
  source: deprecations,
  asOf: '2026-11-05',
});

const model = (
  base: string,
  aliases: readonly string[],
  contextTokens: number,
  price: { train: string; input: string; output: string; tunedInput: string; tunedOutput: string },
  shutdown = '2027-01-14',
): CatalogueModel => ({
  provider: 'openai',
  base,
  aliases,
  tunable: true,
  methods: ['full'],
  contextTokens,
  tokenizer: 'o200k_base',
  licence: openAiTerms,
  retirement: closing(shutdown),
  prices: [
    priced(at, perToken(price.train), price.input, price.output, {
      batchDiscount: '0.5',
      tunedInference: { usdPerMillionInput: price.tunedInput, usdPerMillionOutput: price.tunedOutput, batchDiscount: '0.5' },
    }),
  ],
});

export const openAiModels: readonly CatalogueModel[] = [
  model('gpt-4.1-2025-04-14', ['gpt-4.1'], 1_047_576, { train: '25', input: '2', output: '8', tunedInput: '3', tunedOutput: '12' }),
  model('gpt-4.1-mini-2025-04-14', ['gpt-4.1-mini'], 1_047_576, { train: '5', input: '0.4', output: '1.6', tunedInput: '0.8', tunedOutput: '3.2' }),
  model(
    'gpt-4.1-nano-2025-04-14',
    ['gpt-4.1-nano'],
    1_047_576,
    { train: '1.5', input: '0.1', output: '0.4', tunedInput: '0.2', tunedOutput: '0.8' },
    '2026-10-23',
  ),
  model('gpt-4o-2024-08-06', ['gpt-4o'], 128_000, { train: '25', input: '2.5', output: '10', tunedInput: '3.75', tunedOutput: '15' }),
  model('gpt-4o-mini-2024-07-18', ['gpt-4o-mini'], 128_000, { train: '3', input: '0.15', output: '0.6', tunedInput: '0.3', tunedOutput: '1.2' }),
];
