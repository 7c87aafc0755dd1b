import type { CatalogueModel } from '../../contracts/catalogue.ts';
import { llamaCommunity, noneAnnounced, perToken, priced } from './terms.ts';

const at = { from: '2025-06-01', asOf: '2025-09-30', source: 'https://nebius.com/token-factory/prices' };
const retirement = noneAnnounced('https://docs.tokenfactory.nebius.com/post-training/models', '2025-09-30');

/** LoRA adapters of these two are served without a deployment of their own, at the base's price. */
export const nebiusModels: readonly CatalogueModel[] = [
  {
    provider: 'nebius',
    base: 'meta-llama/Meta-Llama-3.1-8B-Instruct',
    tunable: true,
    methods: ['lora', 'full'],
    contextTokens: 131_072,
    tokenizer: 'hf:meta-llama/Llama-3.1-8B-Instruct',
    licence: llamaCommunity('3.1', 'https://www.llama.com/llama3_1/license/'),
    retirement,
    prices: [priced(at, perToken('0.4'), '0.02', '0.06', { batchDiscount: '0.5' })],
  },
  {
    provider: 'nebius',
    base: 'meta-llama/Llama-3.3-70B-Instruct',
    tunable: true,
    methods: ['lora'],
    contextTokens: 131_072,
    tokenizer: 'hf:meta-llama/Llama-3.3-70B-Instruct',
    licence: llamaCommunity('3.3', 'https://www.llama.com/llama3_3/license/'),
    retirement,
    prices: [priced(at, perToken('2.8'), '0.13', '0.4', { batchDiscount: '0.5' })],
  },
];
