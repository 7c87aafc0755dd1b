import type { CatalogueModel } from '../../contracts/catalogue.ts';
import { googleTerms, perToken, priced } from './terms.ts';

const at = { from: '2025-06-17', asOf: '2025-09-30', source: 'https://cloud.google.com/vertex-ai/generative-ai/pricing' };
const versions = 'https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions';

const model = (base: string, shutdown: string, train: string, input: string, output: string): CatalogueModel => ({
  provider: 'vertex',
  base,
  tunable: true,
  methods: ['lora'],
  contextTokens: 131_072,
  tokenizer: null,
  licence: googleTerms,
  /** The day named when the page was read; Google has moved such days later before. */
  retirement: { noNewJobsFrom: shutdown, shutdown, source: versions, asOf: '2025-09-30' },
  prices: [priced(at, perToken(train), input, output, { batchDiscount: '0.5' })],
});

export const vertexModels: readonly CatalogueModel[] = [
  model('gemini-2.5-pro', '2026-06-17', '25', '1.25', '10'),
  model('gemini-2.5-flash', '2026-06-17', '5', '0.3', '2.5'),
  model('gemini-2.5-flash-lite', '2026-07-22', '1.5', '0.1', '0.4'),
  model('gemini-2.0-flash-001', '2026-02-05', '3', '0.15', '0.6'),
];
