/** The table of providers: one file and one row each. docs/providers.md shows how to add one. */
import { TunegateError } from '../contracts/errors.ts';
import { azure } from './azure.ts';
import { bedrock } from './bedrock.ts';
import { cohere } from './cohere.ts';
import { compatible } from './compatible.ts';
import { fireworks } from './fireworks.ts';
import { local } from './local.ts';
import { mistral } from './mistral.ts';
import { nebius } from './nebius.ts';
import { openAi } from './openai.ts';
import type { Provider } from './provider.ts';
import { patience as defaultPatience, type Patience, type ProviderEnv, type ProviderRow, variablesOf } from './row.ts';
import { together } from './together.ts';
import { vertex } from './vertex.ts';

export const providerRows: readonly ProviderRow[] = [local, openAi, azure, nebius, together, fireworks, mistral, vertex, bedrock, compatible, cohere];
export const providerNames: readonly string[] = providerRows.map((row) => row.name);

export const providerRow = (name: string): ProviderRow | null => providerRows.find((row) => row.name === name) ?? null;

/** Whether everything it needs is set; secrets are not tried. */
export const isConfigured = (row: ProviderRow, env: ProviderEnv): boolean => row.requires.every((name) => env[name]) && !row.refusal;

export type Providers = (name: string) => Provider;

/**
 * Opens providers as they are asked for; a missing key is reported only then.
 *
 * @example const providers = openProviders(process.env); providers('local').job(id)
 */
export function openProviders(env: ProviderEnv, patience: Patience = defaultPatience): Providers {
  const open = new Map<string, Provider>();
  return (name) => {
    const row = providerRow(name);
    if (!row) {
      throw new TunegateError('not_supported', `there is no provider '${name}'`, {
        where: 'provider',
        remedy: `use one of: ${providerNames.join(', ')}`,
      });
    }
    const provider = open.get(name) ?? row.open(variablesOf(env, name), patience);
    open.set(name, provider);
    return provider;
  };
}
