import type { Capabilities } from './provider.ts';
import { mebibytes } from './row.ts';

/** What a hosted service of the usual kind offers; a row says where it differs. */
export const hosted: Capabilities = {
  submission: 'searchable',
  listingLagMs: 120_000,
  batch: false,
  enumeratedAnswers: false,
  jsonSchema: true,
  pause: false,
  methods: ['lora'],
  portableWeights: false,
  deployment: 'none',
  checkpoints: true,
  limits: { minimumRows: 10, maximumRows: null, maximumBytes: mebibytes(512), maximumValidationRows: null },
  rate: { stepsPerSecond: 5, parallelCalls: 4 },
};
