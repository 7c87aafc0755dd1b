/** What a row of the table of providers says: its variables, its capabilities, and how it is opened. */
import { TunegateError } from '../contracts/errors.ts';
import type { Capabilities, Provider } from './provider.ts';

/** Environment that providers read. Secrets live here and nowhere else. */
export type ProviderEnv = Readonly<Record<string, string | undefined>>;

/** How patient an adapter is; the defaults are for real services. */
export interface Patience {
  /** For one request. */
  readonly timeoutMs: number;
  /** Between two looks at something that takes its time. */
  readonly pollMs: number;
  /** For an uploaded file or a deployment to become ready, before the step is left to a later retry. */
  readonly readyMs: number;
}
export const patience: Patience = { timeoutMs: 120_000, pollMs: 2_000, readyMs: 600_000 };

export interface Variables {
  /** @throws TunegateError `key_missing` that names the variable */
  required(name: string): string;
  optional(name: string): string | undefined;
}

export interface ProviderRow {
  /** As a pipeline file writes it. */
  readonly name: string;
  readonly title: string;
  /** Without these it cannot be opened. */
  readonly requires: readonly string[];
  readonly capabilities: Capabilities;
  readonly open: (variables: Variables, patience: Patience) => Provider;
  /** Of a service that no longer tunes: what happened, and what to use instead. */
  readonly refusal?: { readonly message: string; readonly remedy: string };
}

export function variablesOf(env: ProviderEnv, provider: string): Variables {
  return {
    optional: (name) => env[name] || undefined,
    required: (name) => {
      const value = env[name];
      if (value) return value;
      throw new TunegateError('key_missing', `the provider '${provider}' needs ${name}, which is not set`, {
        where: name,
        remedy: `set ${name} where the worker and the server run, then restart them; docs/providers.md says where it comes from`,
      });
    },
  };
}

export const mebibytes = (n: number): number => n * 1024 * 1024;
