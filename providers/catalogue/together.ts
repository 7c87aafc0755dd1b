import type { CatalogueModel, LicenceTerms } from '../../contracts/catalogue.ts';
import { apache, byTheHour, llamaCommunity, noneAnnounced, perToken, priced } from './terms.ts';

const at = { from: '2025-06-01', asOf: '2025-11-14', source: 'https://www.together.ai/pricing#fine-tuning' };
const retirement = noneAnnounced('https://docs.together.ai/docs/deprecations', '2025-11-14');
/** A dedicated endpoint on one H100, billed by the minute until it is stopped: confirmed by docs.together.ai/docs/dedicated-endpoints/overview on 2026-11-27. */
const hosting = { usdPerHour: '3.99' };

/** Brackets by the base's size: supervised LoRA, supervised full, preference LoRA. */
const brackets = {
  'to-16b': { lora: '0.48', full: '0.54', dpo: '1.2' },
  'to-69b': { lora: '1.5', full: '1.65', dpo: '3.75' },
  'to-100b': { lora: '2.9', full: '3.2', dpo: '7.25' },
} as const;

/** Together's `-Reference` copies have the tokenizers of the public models that they are named after. */
const publicName = (base: string) => base.replace(/^meta-llama\/Meta-Llama-3\.1/, 'meta-llama/Llama-3.1').replace(/-Reference$/, '');

/** Validation rows are billed as well, once: our jobs ask for one evaluation (docs.together.ai/docs/fine-tuning/pricing). No minimum. */
const trained = (usdPerMillion: string) => perToken(usdPerMillion, undefined, 1);

const model = (base: string, bracket: keyof typeof brackets, contextTokens: number, rate: string, licence: LicenceTerms): CatalogueModel => {
  const { lora, full, dpo } = brackets[bracket];
  return {
    provider: 'together',
    base,
    tunable: true,
    methods: ['lora', 'full', 'dpo'],
    contextTokens,
    tokenizer: `hf:${publicName(base)}`,
    licence,
    retirement,
    prices: [priced(at, trained(lora), rate, rate, { full: trained(full), dpo: trained(dpo), hosting, tunedInference: byTheHour })],
  };
};
const llama = 'https://www.llama.com/llama3_1/license/';

export const togetherModels: readonly CatalogueModel[] = [
  model('meta-llama/Meta-Llama-3.1-8B-Instruct-Reference', 'to-16b', 8192, '0.18', llamaCommunity('3.1', llama)),
  model('meta-llama/Llama-3.3-70B-Instruct-Reference', 'to-100b', 8192, '0.88', llamaCommunity('3.3', 'https://www.llama.com/llama3_3/license/')),
  model('Qwen/Qwen2.5-7B-Instruct', 'to-16b', 32_768, '0.3', apache('https://huggingface.co/Qwen/Qwen2.5-7B-Instruct')),
  model('Qwen/Qwen2.5-32B-Instruct', 'to-69b', 32_768, '0.8', apache('https://huggingface.co/Qwen/Qwen2.5-32B-Instruct')),
  model('mistralai/Mistral-7B-Instruct-v0.2', 'to-16b', 32_768, '0.2', apache('https://huggingface.co/mistralai/Mistral-7B-Instruct-v0.2')),
];
