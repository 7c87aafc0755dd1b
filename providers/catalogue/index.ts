/**
 * Every model that is known to be tunable somewhere, with its dated prices, licence and retirement. One file per provider.
 *
 * Prices carry the document that confirmed them, where one did; most could not be confirmed from a provider's own page, and docs/providers.md says
 * so plainly. Compare before money hangs on one; a user's own prices go before these.
 */
import type { CatalogueModel } from '../../contracts/catalogue.ts';
import { azureModels } from './azure.ts';
import { bedrockModels } from './bedrock.ts';
import { fireworksModels } from './fireworks.ts';
import { localModels } from './local.ts';
import { mistralModels } from './mistral.ts';
import { nebiusModels } from './nebius.ts';
import { openAiModels } from './openai.ts';
import { togetherModels } from './together.ts';
import { vertexModels } from './vertex.ts';

export const catalogue: readonly CatalogueModel[] = [
  ...localModels,
  ...openAiModels,
  ...azureModels,
  ...nebiusModels,
  ...togetherModels,
  ...fireworksModels,
  ...mistralModels,
  ...vertexModels,
  ...bedrockModels,
];
