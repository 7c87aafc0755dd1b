import type { CatalogueModel, LicenceTerms, Tokenizer } from '../../contracts/catalogue.ts';
import { apache, byTheHour, llamaCommunity, noneAnnounced, perToken, priced } from './terms.ts';

const source = 'https://fireworks.ai/pricing';
/** Training at $0.50 and $3.00 by size, answers of a base at $0.20 and $0.90. The copy that was read bears no date. */
const confirmed = { by: source, on: '2026-11-27' };
const at = { from: '2025-01-01', asOf: '2025-09-30', source, confirmed };
const retirement = noneAnnounced('https://docs.fireworks.ai/updates/changelog', '2025-09-30');
/** A dedicated deployment on one H100, by the second; this figure could not be confirmed. */
const hosting = { usdPerHour: '5.8' };

const model = (base: string, train: string, rate: string, licence: LicenceTerms, tokenizer: Tokenizer): CatalogueModel => ({
  provider: 'fireworks',
  base: `accounts/fireworks/models/${base}`,
  aliases: [base],
  tunable: true,
  methods: ['lora'],
  contextTokens: 131_072,
  tokenizer,
  licence,
  retirement,
  prices: [priced(at, perToken(train), rate, rate, { hosting, tunedInference: byTheHour, batchDiscount: '0.5' })],
});

export const fireworksModels: readonly CatalogueModel[] = [
  model(
    'llama-v3p1-8b-instruct',
    '0.5',
    '0.2',
    llamaCommunity('3.1', 'https://www.llama.com/llama3_1/license/'),
    'hf:meta-llama/Llama-3.1-8B-Instruct',
  ),
  model(
    'llama-v3p3-70b-instruct',
    '3',
    '0.9',
    llamaCommunity('3.3', 'https://www.llama.com/llama3_3/license/'),
    'hf:meta-llama/Llama-3.3-70B-Instruct',
  ),
  model('qwen2p5-7b-instruct', '0.5', '0.2', apache('https://huggingface.co/Qwen/Qwen2.5-7B-Instruct'), 'hf:Qwen/Qwen2.5-7B-Instruct'),
  model('qwen3-32b', '3', '0.9', apache('https://huggingface.co/Qwen/Qwen3-32B'), 'hf:Qwen/Qwen3-32B'),
];
