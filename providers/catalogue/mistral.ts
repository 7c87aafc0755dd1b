import type { CatalogueModel } from '../../contracts/catalogue.ts';
import { apache, noneAnnounced, perToken, priced } from './terms.ts';

/** Every job costs at least 4 USD and every kept model 2 USD a month: docs.mistral.ai/capabilities/finetuning. */
const at = { from: '2024-10-01', asOf: '2025-09-30', source: 'https://mistral.ai/pricing' };
const retirement = {
  ...noneAnnounced('https://docs.mistral.ai/resources/deprecated', '2026-11-27'),
  note: 'fine-tuning is deprecated and no longer actively supported; no last day and no replacement are named',
};
const hosting = { usdPerHour: '0', usdPerMonth: '2' };
const research = {
  name: 'Mistral Research License',
  url: 'https://mistral.ai/licenses/MRL-0.1.md',
  commercialUse: 'conditions',
  outputsMayTrainOthers: 'conditions',
  note: 'commercial use through the service or by a licence of its own',
  asOf: '2025-09-30',
} as const;

export const mistralModels: readonly CatalogueModel[] = [
  {
    provider: 'mistral',
    base: 'open-mistral-nemo',
    aliases: ['open-mistral-nemo-2407'],
    tunable: true,
    methods: ['lora'],
    contextTokens: 131_072,
    tokenizer: 'hf:mistralai/Mistral-Nemo-Instruct-2407',
    licence: apache('https://huggingface.co/mistralai/Mistral-Nemo-Instruct-2407'),
    retirement,
    prices: [priced(at, perToken('1', '4'), '0.15', '0.15', { hosting, batchDiscount: '0.5' })],
  },
  {
    provider: 'mistral',
    base: 'ministral-8b-latest',
    aliases: ['ministral-8b-2410'],
    tunable: true,
    methods: ['lora'],
    contextTokens: 131_072,
    tokenizer: null,
    licence: research,
    retirement,
    prices: [priced(at, perToken('1', '4'), '0.1', '0.1', { hosting, batchDiscount: '0.5' })],
  },
];
