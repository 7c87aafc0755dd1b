import type { CatalogueModel } from '../../contracts/catalogue.ts';
import { googleTerms, perToken, priced } from './terms.ts';

const at = { from: '2025-06-17', asOf: '2025-09-30', source: 'https://cloud.google.com/vertex-ai/generative-ai/pricing' };
const versions = 'https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/model-versions';

const monthBefore = (day: string): string => {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - 1);
  return date.toISOString().slice(0, 10);
};

interface Terms {
  readonly retirement: Pick<CatalogueModel['retirement'], 'noNewJobsFrom' | 'shutdown' | 'note'>;
  readonly prices: CatalogueModel['prices'];
}

const model = (base: string, { retirement, prices }: Terms): CatalogueModel => ({
  provider: 'vertex',
  base,
  tunable: true,
  methods: ['lora'],
  contextTokens: 131_072,
  tokenizer: null,
  licence: googleTerms,
  retirement: { ...retirement, source: versions, asOf: '2026-11-27' },
  prices,
});

/** New access ends a month before a model does, and a tuned model ends with its base. The day is that on the page; Google has moved such days later before. */
const ending = (base: string, shutdown: string, train: string, input: string, output: string) =>
  model(base, {
    retirement: { noNewJobsFrom: monthBefore(shutdown), shutdown, note: 'tuned models end with their base' },
    prices: [priced(at, perToken(train), input, output, { batchDiscount: '0.5' })],
  });

/**
 * Tunable by the limits in docs.cloud.google.com/vertex-ai/generative-ai/docs/models/tune-text-models-supervised (read 2026-11-27). What tuning costs
 * could be read nowhere: a run with a budget asks for a price of yours.
 */
const current = (base: string, notBefore: string) =>
  model(base, { retirement: { noNewJobsFrom: null, shutdown: null, note: `retires on ${notBefore} or later` }, prices: [] });

export const vertexModels: readonly CatalogueModel[] = [
  current('gemini-3.5-flash-lite', '2027-07-21'),
  current('gemini-3.5-flash', '2027-05-19'),
  ending('gemini-2.5-pro', '2026-10-20', '25', '1.25', '10'),
  ending('gemini-2.5-flash', '2026-10-20', '5', '0.3', '2.5'),
  ending('gemini-2.5-flash-lite', '2026-10-20', '1.5', '0.1', '0.4'),
  ending('gemini-2.0-flash-001', '2026-02-05', '3', '0.15', '0.6'),
];
