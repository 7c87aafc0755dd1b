/** Cohere ended fine-tuning on 2025-09-15 (docs.cohere.com/docs/deprecations). The row stays, so that an old pipeline file is told what to do instead. */
import { TunegateError } from '../contracts/errors.ts';
import { hosted } from './capabilities.ts';
import type { ProviderRow } from './row.ts';

const refusal = {
  message: 'Cohere ended fine-tuning on 2025-09-15',
  remedy:
    "tune an open model instead: provider 'together', 'fireworks' or 'nebius' with a hosted one, or 'local' on your own machine; see docs/providers.md",
};

export const cohere: ProviderRow = {
  name: 'cohere',
  title: 'Cohere',
  requires: [],
  capabilities: { ...hosted, methods: [] },
  refusal,
  open: () => {
    throw new TunegateError('not_supported', refusal.message, { where: 'cohere', remedy: refusal.remedy });
  },
};
