/** Any other service of the OpenAI shape, at your own address. Nothing is known of how it treats a repeated create, so that it counts as blind until you say more. */
import { TunegateError } from '../contracts/errors.ts';
import { hosted } from './capabilities.ts';
import { openAiShape } from './openai-shape.ts';
import { relativeHyperparameters } from './openai.ts';
import { catalogPrice } from './price.ts';
import type { Submission } from './provider.ts';
import type { ProviderRow } from './row.ts';

const capabilities = { ...hosted, submission: 'blind', methods: ['lora', 'full'] } as const;
const kinds: readonly string[] = ['idempotent', 'searchable', 'blind'] satisfies Submission[];

export const compatible: ProviderRow = {
  name: 'compatible',
  title: 'Any service of the OpenAI shape',
  requires: ['COMPATIBLE_BASE_URL', 'COMPATIBLE_API_KEY'],
  capabilities,
  open: ({ required, optional }, patience) => {
    const submission = optional('COMPATIBLE_SUBMISSION') ?? 'blind';
    if (!kinds.includes(submission))
      throw new TunegateError('not_supported', `COMPATIBLE_SUBMISSION is '${submission}'`, {
        where: 'COMPATIBLE_SUBMISSION',
        remedy: `write one of: ${kinds.join(', ')}`,
      });
    return openAiShape({
      name: 'compatible',
      baseURL: required('COMPATIBLE_BASE_URL'),
      apiKey: required('COMPATIBLE_API_KEY'),
      capabilities: { ...capabilities, submission: submission as Submission, listingLagMs: lagOf(optional('COMPATIBLE_LISTING_LAG')) },
      findBy: 'metadata',
      hyperparameters: relativeHyperparameters,
      price: (base) => catalogPrice('compatible', base),
      patience,
    });
  },
};

/** Seconds for which the service's list may miss a new job, or a lost create may still take effect. */
function lagOf(seconds: string | undefined): number {
  if (seconds === undefined) return capabilities.listingLagMs;
  const lag = Number(seconds);
  if (lag >= 0) return lag * 1000;
  throw new TunegateError('bad_spec', `COMPATIBLE_LISTING_LAG is '${seconds}'`, {
    where: 'COMPATIBLE_LISTING_LAG',
    remedy: 'write a number of seconds, as in 120',
  });
}
