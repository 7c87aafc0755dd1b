import type { CatalogueModel } from '../../contracts/catalogue.ts';
import { noneAnnounced, openAiTerms, perToken, priced } from './terms.ts';

const source = 'https://azure.microsoft.com/pricing/details/cognitive-services/openai-service/';
const at = { from: '2025-04-14', asOf: '2025-09-30', source };
const retirement = noneAnnounced('https://learn.microsoft.com/azure/ai-foundry/openai/concepts/model-retirements', '2025-09-30');
/** A deployed tuned model is billed by the hour, asked or not (Standard and Global Standard). */
const hosting = { usdPerHour: '1.7' };

const model = (base: string, contextTokens: number, train: string, input: string, output: string): CatalogueModel => ({
  provider: 'azure',
  base,
  tunable: true,
  methods: ['full'],
  contextTokens,
  tokenizer: 'o200k_base',
  licence: { ...openAiTerms, name: 'Microsoft Product Terms', url: 'https://www.microsoft.com/licensing/terms/', asOf: '2025-09-30' },
  retirement,
  prices: [priced(at, perToken(train), input, output, { batchDiscount: '0.5', hosting })],
});

export const azureModels: readonly CatalogueModel[] = [
  model('gpt-4.1-2025-04-14', 1_047_576, '25', '2', '8'),
  model('gpt-4.1-mini-2025-04-14', 1_047_576, '5', '0.4', '1.6'),
  model('gpt-4.1-nano-2025-04-14', 1_047_576, '1.5', '0.1', '0.4'),
  model('gpt-4o-mini-2024-07-18', 128_000, '3', '0.15', '0.6'),
];
