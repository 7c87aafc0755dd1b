/** Nebius Token Factory. Compared on 2026-11-27 with docs.tokenfactory.nebius.com/api-reference/fine-tuning/create-a-fine-tuning-job (request and answer). LoRA adapters of some bases are served as they are. */
import { hosted } from './capabilities.ts';
import { openAiShape } from './openai-shape.ts';
import { catalogPrice } from './price.ts';
import { mebibytes, type ProviderRow } from './row.ts';

const capabilities = {
  ...hosted,
  batch: true,
  methods: ['lora', 'full'],
  limits: { minimumRows: 1, maximumRows: null, maximumBytes: mebibytes(5 * 1024), maximumValidationRows: null },
} as const;

export const nebius: ProviderRow = {
  name: 'nebius',
  title: 'Nebius Token Factory',
  requires: ['NEBIUS_API_KEY'],
  capabilities,
  open: ({ required, optional }, patience) =>
    openAiShape({
      name: 'nebius',
      baseURL: optional('NEBIUS_BASE_URL') ?? 'https://api.tokenfactory.nebius.com/v1',
      apiKey: required('NEBIUS_API_KEY'),
      capabilities,
      findBy: 'suffix',
      placeHyperparameters: 'top',
      hyperparameters: ({ hyperparameters: h, method }) => ({
        n_epochs: Math.max(1, Math.round(Number(h.epochs ?? 3))),
        batch_size: h.batchSize,
        learning_rate: h.learningRate,
        context_length: h.maxLength,
        weight_decay: h.weightDecay,
        warmup_ratio: h.warmupRatio,
        ...(method === 'lora' ? { lora: true, lora_r: h.rank, lora_alpha: h.alpha, lora_dropout: h.dropout } : { lora: false }),
      }),
      price: (base) => catalogPrice('nebius', base),
      patience,
    }),
};
