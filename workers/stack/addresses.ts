import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Addresses, PartName, Ports } from './part.ts';

const host = '127.0.0.1';
const local = (port: number | undefined) => (port === undefined ? '' : `http://${host}:${port}`);

/** Where everything is, given the embedded parts' ports: the environment's word first. */
export async function resolveAddresses(
  home: string,
  environment: NodeJS.ProcessEnv,
  ports: Readonly<Partial<Record<PartName, Ports>>>,
): Promise<Addresses> {
  const outside = await outsideTemporal(environment);
  return {
    home,
    databaseUrl: environment.DATABASE_URL || `postgres://postgres@${host}:${ports.postgres?.main}/postgres?sslmode=disable`,
    temporalAddress: outside?.address ?? `${host}:${ports.temporal?.main}`,
    temporalNamespace: outside?.namespace ?? environment.TEMPORAL_NAMESPACE ?? 'default',
    temporalUi: environment.TUNEGATE_TEMPORAL_UI ?? (outside ? null : local(ports.temporal?.ui)),
    temporalHttp: outside ? null : local(ports.temporal?.http),
    artifactsUrl: environment.ARTIFACTS_URL || pathToFileURL(join(home, 'artifacts')).href,
    trainerUrl: (environment.TRAINER_URL || local(ports.trainer?.main)).replace(/\/+$/, ''),
    trainerKey: environment.TRAINER_URL ? (environment.TRAINER_KEY ?? '') : ownTrainerKey(home),
    apiUrl: local(ports.server?.main),
  };
}

async function outsideTemporal(environment: NodeJS.ProcessEnv): Promise<{ address: string; namespace: string } | null> {
  if (!environment.TEMPORAL_ADDRESS && !environment.TEMPORAL_PROFILE && !environment.TEMPORAL_CONFIG_FILE) return null;
  const { loadClientConnectConfig } = await import('@temporalio/envconfig');
  const variables = Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const config = loadClientConnectConfig({ overrideEnvVars: variables });
  return { address: config.connectionOptions.address ?? `${host}:7233`, namespace: config.namespace ?? 'default' };
}

/** Made at the first start, kept for ever: jobs of the trainer outlive its processes. */
function ownTrainerKey(home: string): string {
  const path = join(home, 'trainer-key');
  if (!existsSync(path)) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    writeFileSync(path, randomBytes(24).toString('base64url'), { mode: 0o600 });
  }
  return readFileSync(path, 'utf8').trim();
}
