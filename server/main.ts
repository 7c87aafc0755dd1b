/** The server process: opens what it needs, listens, and leaves in order when it is asked to. */
import { dirname } from 'node:path';
import { serve, type ServerType } from '@hono/node-server';
import { pino } from 'pino';
import { TunegateError } from '../contracts/errors.ts';
import { openArtifacts } from '../db/artifacts/open.ts';
import { openDatabase, waitForDatabase } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { priceBook } from '../domain/cost/price-book.ts';
import { catalogue } from '../providers/catalogue/index.ts';
import { readOverrides } from '../providers/catalogue/overrides.ts';
import { openProviders } from '../providers/index.ts';
import { createApp } from './app.ts';
import { keepTrying } from './keep-trying.ts';
import { resumeOpenRuns } from './runs/resume-open-runs.ts';
import { ensureFirstKey } from './security/first-key.ts';
import type { Services } from './services.ts';
import { readSettings, type ServerSettings } from './settings.ts';
import { ensureSearchAttributes, openTemporal } from './temporal.ts';

const log = pino({ name: 'server', level: process.env.LOG_LEVEL ?? 'info', redact: ['*.authorization', '*.key', '*.token'] });
const drainMs = 8_000;

async function start(): Promise<void> {
  const settings = readSettings(process.env);
  await waitForDatabase(settings.databaseUrl, 60_000);
  log.info({ applied: await migrate(settings.databaseUrl) }, 'migrations');
  const database = openDatabase(settings.databaseUrl, { max: 10 });
  await ensureFirstKey(database.db, settings.keyFile);
  const temporal = openTemporal(settings.temporalAddress);
  const services: Services = {
    settings,
    log,
    db: database.db,
    artifacts: openArtifacts(settings.artifactsUrl),
    temporal: temporal.client,
    providers: openProviders(process.env),
    prices: priceBook(catalogue, await readOverrides(process.env, dirname(settings.keyFile))),
    hasSearchAttributes: await ensureSearchAttributes(temporal.client, log),
  };
  const server = await listen(createApp(services).fetch, settings);
  log.info({ url: settings.publicUrl }, 'listening');

  const stopped = new AbortController();
  // Temporal may come up after the server does; runs that a crash left without a workflow wait for it.
  void keepTrying('resume open runs', () => resumeOpenRuns(services), { log, signal: stopped.signal });

  let isStopping = false;
  const stop = (signal: string): void => {
    if (isStopping) return;
    isStopping = true;
    stopped.abort();
    log.info({ signal }, 'stopping: no new requests; those under way are finished');
    void drain(server).then(async () => {
      await Promise.allSettled([temporal.close(), database.close()]);
      log.info('stopped');
      process.exit(0);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function listen(fetch: Parameters<typeof serve>[0]['fetch'], { host, port }: ServerSettings): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port }, () => resolve(server));
    server.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE') return reject(cause);
      reject(
        new TunegateError('port_in_use', `port ${port} is in use by another program`, {
          where: `${host}:${port}`,
          remedy: 'set TUNEGATE_PORT to a free port, or stop the other program',
          cause,
        }),
      );
    });
  });
}

/** Waits for requests under way; streams that people watch are cut when the time is up. */
function drain(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      resolve();
    }, drainMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    if ('closeIdleConnections' in server) server.closeIdleConnections();
  });
}

start().catch((error: unknown) => {
  const body = error instanceof TunegateError ? error.body : { message: error instanceof Error ? error.message : String(error) };
  log.fatal({ ...body, err: error instanceof TunegateError ? undefined : error }, 'the server did not start');
  process.exit(1);
});
