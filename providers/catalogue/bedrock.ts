import type { CatalogueModel } from '../../contracts/catalogue.ts';
import { awsTerms, noneAnnounced, perToken, priced } from './terms.ts';

const at = { from: '2024-12-03', asOf: '2025-02-28', source: 'https://aws.amazon.com/bedrock/pricing/' };
const retirement = noneAnnounced('https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html', '2025-09-30');
const novaTerms = awsTerms('outputs may not be used to develop models that compete with Amazon’s');

/** Nova's tuned models answer on demand at the base's price; others need provisioned throughput by the hour. */
const nova = (size: 'micro' | 'lite' | 'pro', train: string, input: string, output: string, contextTokens: number): CatalogueModel => ({
  provider: 'bedrock',
  base: `amazon.nova-${size}-v1:0:${contextTokens / 1000}k`,
  aliases: [`amazon.nova-${size}-v1:0`],
  tunable: true,
  methods: ['full'],
  contextTokens,
  tokenizer: null,
  licence: novaTerms,
  retirement,
  prices: [priced(at, perToken(train), input, output, { hosting: { usdPerHour: '0', usdPerMonth: '1.95' }, batchDiscount: '0.5' })],
});

export const bedrockModels: readonly CatalogueModel[] = [
  nova('micro', '1', '0.035', '0.14', 128_000),
  nova('lite', '2', '0.06', '0.24', 300_000),
  nova('pro', '8', '0.8', '3.2', 300_000),
  {
    // Tunable by docs.aws.amazon.com/bedrock/latest/userguide/custom-model-fine-tuning.html (read 2026-11-27); what it costs could be read nowhere.
    provider: 'bedrock',
    base: 'amazon.nova-2-lite-v1:0:256k',
    aliases: ['amazon.nova-2-lite-v1:0'],
    tunable: true,
    methods: ['full'],
    contextTokens: 256_000,
    tokenizer: null,
    licence: novaTerms,
    retirement,
    prices: [],
  },
  {
    provider: 'bedrock',
    base: 'anthropic.claude-3-haiku-20240307-v1:0:200k',
    aliases: ['anthropic.claude-3-haiku-20240307-v1:0'],
    tunable: true,
    methods: ['full'],
    contextTokens: 200_000,
    tokenizer: null,
    licence: awsTerms('Anthropic’s commercial terms: outputs may not train competing models'),
    retirement: {
      noNewJobsFrom: '2026-09-10',
      shutdown: '2026-09-10',
      note: 'in most regions, us-west-2 among them, where it was tuned',
      source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/model-card-anthropic-claude-3-haiku.html',
      asOf: '2026-11-27',
    },
    prices: [priced(at, perToken('6'), '0.25', '1.25', { hosting: { usdPerHour: '55', usdPerMonth: '1.95' }, batchDiscount: '0.5' })],
  },
];
