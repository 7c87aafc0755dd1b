/**
 * OpenAI, for organisations that may still tune there: newcomers since 2026-05-07 not, nobody after 2027-01-06
 * (developers.openai.com/api/docs/deprecations, read 2026-11-27). Requests and answers: the types of the package `openai` 6.49, which this adapter calls.
 */
import { hosted } from './capabilities.ts';
import { openAiShape } from './openai-shape.ts';
import { catalogPrice } from './price.ts';
import type { JobRequest } from './provider.ts';
import { mebibytes, type ProviderRow } from './row.ts';

const capabilities = {
  ...hosted,
  batch: true,
  pause: true,
  methods: ['full'],
  limits: { minimumRows: 10, maximumRows: null, maximumBytes: mebibytes(512), maximumValidationRows: null },
} as const;

/** OpenAI takes a multiplier of a rate that it does not tell; ours is absolute, so that only epochs and batch are passed on. */
export const relativeHyperparameters = ({ hyperparameters: h }: JobRequest): Record<string, unknown> => ({
  n_epochs: Math.max(1, Math.round(Number(h.epochs ?? 3))),
  batch_size: h.batchSize ?? 'auto',
  learning_rate_multiplier: 'auto',
});

export const openAi: ProviderRow = {
  name: 'openai',
  title: 'OpenAI',
  requires: ['OPENAI_API_KEY'],
  capabilities,
  open: ({ required, optional }, patience) =>
    openAiShape({
      name: 'openai',
      baseURL: optional('OPENAI_BASE_URL') ?? 'https://api.openai.com/v1',
      apiKey: required('OPENAI_API_KEY'),
      capabilities,
      findBy: 'metadata',
      hyperparameters: relativeHyperparameters,
      price: (base) => catalogPrice('openai', base),
      patience,
      undeploy: async (client, model, signal) => void (await client.models.delete(model, { signal })),
    }),
};
