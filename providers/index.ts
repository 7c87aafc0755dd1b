import { TunegateError } from '../contracts/errors.ts';
import { localProvider } from './local.ts';
import type { Provider } from './provider.ts';

/** Environment that providers read. Secrets live here and nowhere else. */
export interface ProviderEnv {
  readonly TRAINER_URL?: string | undefined;
  readonly TRAINER_KEY?: string | undefined;
}

/** One row per provider; a missing key is reported only when the provider is asked for. */
const factories: Readonly<Record<string, (env: ProviderEnv) => Provider>> = {
  local: (env) => {
    if (!env.TRAINER_URL)
      throw new TunegateError('trainer_unavailable', 'no trainer is configured', {
        where: 'TRAINER_URL',
        remedy: 'run `tunegate start`, or set TRAINER_URL',
      });
    return localProvider(new URL('/v1', env.TRAINER_URL).href, env.TRAINER_KEY ?? 'none');
  },
};

export const providerNames = Object.keys(factories);

export type Providers = (name: string) => Provider;

/** @example const providers = openProviders(process.env); providers('local').job(id) */
export function openProviders(env: ProviderEnv): Providers {
  const open = new Map<string, Provider>();
  return (name) => {
    const factory = factories[name];
    if (!factory) {
      throw new TunegateError('not_supported', `there is no provider '${name}'`, {
        where: 'provider',
        remedy: `use one of: ${providerNames.join(', ')}`,
      });
    }
    const provider = open.get(name) ?? factory(env);
    open.set(name, provider);
    return provider;
  };
}
