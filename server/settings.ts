import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TunegateError } from '../contracts/errors.ts';
import { defaultPorts } from '../contracts/names.ts';

/** What the environment says. Everything that can be pointed elsewhere is read here and nowhere else in the server. */
export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string;
  readonly artifactsUrl: string;
  readonly temporalAddress: string;
  readonly temporalUi: string | null;
  /** Where callers reach this server, without a trailing slash. */
  readonly publicUrl: string;
  /** The first API key, mode 0600. */
  readonly keyFile: string;
  /** Largest body of a gateway request. */
  readonly maxRequestBytes: number;
  /** Whether people may prove who they are by tokens of a JWT issuer. */
  readonly hasJwtIssuer: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @example const settings = readSettings(process.env);
 * @throws TunegateError when a variable is missing or no number
 */
export function readSettings(env: Environment): ServerSettings {
  const home = resolve(env.TUNEGATE_HOME ?? fileURLToPath(new URL('../.tunegate', import.meta.url)));
  const host = env.TUNEGATE_HOST ?? '127.0.0.1';
  const port = portOf(env.TUNEGATE_PORT);
  if (!env.DATABASE_URL) {
    throw new TunegateError('database_unavailable', 'the server was started without a database', {
      where: 'DATABASE_URL',
      remedy: 'run `tunegate start`, which brings one, or set DATABASE_URL',
    });
  }
  return {
    host,
    port,
    databaseUrl: env.DATABASE_URL,
    artifactsUrl: env.ARTIFACTS_URL ?? pathToFileURL(join(home, 'artifacts')).href,
    temporalAddress: env.TEMPORAL_ADDRESS ?? `127.0.0.1:${defaultPorts.temporal}`,
    temporalUi: env.TUNEGATE_TEMPORAL_UI ?? null,
    publicUrl: (env.TUNEGATE_PUBLIC_URL ?? `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`).replace(/\/+$/, ''),
    keyFile: join(home, 'api-key'),
    maxRequestBytes: 4 * 1024 * 1024,
    hasJwtIssuer: Boolean(env.TUNEGATE_JWT_ISSUER),
  };
}

function portOf(text: string | undefined): number {
  const port = Number(text ?? defaultPorts.api);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new TunegateError('bad_spec', `'${text}' is not a port`, { where: 'TUNEGATE_PORT', remedy: 'use a number between 1 and 65535' });
}
