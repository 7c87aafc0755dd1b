import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TunegateError } from '../contracts/errors.ts';
import { defaultPorts } from '../contracts/names.ts';
import { tunegateHome } from './setup/paths.ts';

export interface WorkerSettings {
  readonly databaseUrl: string;
  readonly artifactsUrl: string;
  readonly gatewayUrl: string;
  readonly keyFile: string;
  /** Folder of the policies that every gate of this installation runs. */
  readonly policies: string;
  /** Folders that schedules may read anew once identities are configured. */
  readonly sources: readonly string[];
  /** PEM; null where the key lies in a file of the installation. */
  readonly signingKey: string | null;
  readonly signingKeyFile: string;
}

/** @throws TunegateError when the worker was started without a database */
export function readWorkerSettings(env: NodeJS.ProcessEnv): WorkerSettings {
  const home = tunegateHome(env);
  if (!env.DATABASE_URL) {
    throw new TunegateError('database_unavailable', 'the worker was started without a database', {
      where: 'DATABASE_URL',
      remedy: 'run `tunegate start`, which brings one, or set DATABASE_URL',
    });
  }
  return {
    databaseUrl: env.DATABASE_URL,
    artifactsUrl: env.ARTIFACTS_URL ?? pathToFileURL(join(home, 'artifacts')).href,
    gatewayUrl: `${env.TUNEGATE_PUBLIC_URL ?? `http://127.0.0.1:${env.TUNEGATE_PORT ?? defaultPorts.api}`}/v1`,
    keyFile: join(home, 'api-key'),
    policies: env.TUNEGATE_POLICIES || join(home, 'policies'),
    sources: (env.TUNEGATE_SOURCES ?? '').split(delimiter).filter((folder) => folder !== ''),
    signingKey: env.TUNEGATE_SIGNING_KEY || null,
    signingKeyFile: join(home, 'signing-key'),
  };
}
