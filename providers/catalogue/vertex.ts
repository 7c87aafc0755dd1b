import type { CatalogueModel } from '../../contracts/catalogue.ts';
import { googleTerms, perToken, priced } from './terms.ts';

const at = { from: '2025-06-17', asOf: '2025-09-30', source: 'https://cloud.google.com/vertex-ai/generative-ai/pricing' };
const versions = 'https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/model-versions';

const monthBefore = (day: string): string => {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - 1);
  return date.toISOString().slice(0, 10);
};

const model = (base: string, shutdown: string, train: string, input: string, output: string): CatalogueModel => ({
  provider: 'vertex',
  base,
  tunable: true,
  methods: ['lora'],
  contextTokens: 131_072,
  tokenizer: null,
  licence: googleTerms,
  /** The day on the page when it was read; Google has moved such days later before. New access ends a month earlier, and a tuned model ends with its base. */
  retirement: { noNewJobsFrom: monthBefore(shutdown), shutdown, note: 'tuned models end with their base', source: versions, asOf: '2026-11-27' },
  prices: [priced(at, perToken(train), input, output, { batchDiscount: '0.5' })],
});

export const vertexModels: readonly CatalogueModel[] = [
  model('gemini-2.5-pro', '2026-10-16', '25', '1.25', '10'),
  model('gemini-2.5-flash', '2026-10-16', '5', '0.3', '2.5'),
  model('gemini-2.5-flash-lite', '2026-10-16', '1.5', '0.1', '0.4'),
  model('gemini-2.0-flash-001', '2026-02-05', '3', '0.15', '0.6'),
];
