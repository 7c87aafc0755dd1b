import type { CatalogueModel } from '../../contracts/catalogue.ts';

const asOf = '2026-11-22';
const apache = (url: string) => ({ name: 'Apache-2.0', url, commercialUse: 'yes', outputsMayTrainOthers: 'yes', asOf }) as const;
/** Your own machine asks for nothing unless you say what it costs: see docs/money.md. */
const free = {
  from: '2026-01-01',
  asOf,
  source: 'own machine',
  training: { default: { rule: 'free' } },
  inference: { usdPerMillionInput: '0', usdPerMillionOutput: '0' },
} as const;
const never = { noNewJobsFrom: null, shutdown: null, source: 'weights are yours', asOf } as const;

/** The trainer's own models: the two that ship with it, its linear classifiers, and anything else it is given. */
export const localModels: readonly CatalogueModel[] = [
  {
    provider: 'local',
    base: 'smollm2-135m-instruct',
    aliases: ['HuggingFaceTB/SmolLM2-135M-Instruct'],
    tunable: true,
    methods: ['lora', 'full'],
    contextTokens: 8192,
    parameters: 134_515_008,
    tokenizer: 'trainer',
    licence: apache('https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct'),
    retirement: never,
    prices: [free],
  },
  ...['classical', 'embedding'].map(
    (base): CatalogueModel => ({
      provider: 'local',
      base,
      tunable: true,
      methods: ['linear'],
      contextTokens: null,
      tokenizer: 'trainer',
      licence: apache('https://www.apache.org/licenses/LICENSE-2.0'),
      retirement: never,
      prices: [free],
    }),
  ),
  {
    provider: 'local',
    base: '*',
    tunable: true,
    methods: ['lora', 'full'],
    contextTokens: null,
    tokenizer: 'trainer',
    licence: { name: 'unknown', url: '', commercialUse: 'unknown', outputsMayTrainOthers: 'unknown', note: "the model's own page says", asOf },
    retirement: never,
    prices: [free],
  },
];
