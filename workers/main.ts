/** The worker process: one worker for workflows and bookkeeping, one per provider for the calls to it. */
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { openJwtVerifier } from '../activities/approval/jwt.ts';
import type { ActivityDeps } from '../activities/deps.ts';
import { queues } from '../contracts/names.ts';
import { openArtifacts } from '../db/artifacts/open.ts';
import { openDatabase } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { hasIdentities } from '../db/queries/keys.ts';
import { parseUsd } from '../domain/cost/money.ts';
import { priceBook } from '../domain/cost/price-book.ts';
import { catalogue } from '../providers/catalogue/index.ts';
import { readOverrides } from '../providers/catalogue/overrides.ts';
import { isConfigured, openProviders, providerRows } from '../providers/index.ts';
import { createActivities } from './activities.ts';
import { openLog } from './log.ts';
import { providerQueue } from './provider-queue.ts';
import { promoteThrough, withdrawThrough } from './promote.ts';
import { tunegateHome } from './setup/paths.ts';
import { tendEveryMinute } from './tend.ts';
import { readWorkerSettings } from './settings.ts';
import { openSigningKey } from './signing-key.ts';

const log = openLog();
const settings = readWorkerSettings(process.env);
await migrate(settings.databaseUrl);
const { db, close } = openDatabase(settings.databaseUrl, { max: 10 });
const connect = loadClientConnectConfig();
const connection = await NativeConnection.connect(connect.connectionOptions);
const client = new Client({
  connection: await Connection.connect(connect.connectionOptions),
  ...(connect.namespace ? { namespace: connect.namespace } : {}),
});

const verifyJwt = openJwtVerifier(process.env);
const deps = {
  db,
  store: openArtifacts(settings.artifactsUrl),
  providers: openProviders(process.env),
  cost: {
    prices: priceBook(catalogue, await readOverrides(process.env, tunegateHome(process.env))),
    perDayMicroUsd: process.env.TUNEGATE_USD_PER_DAY ? parseUsd(process.env.TUNEGATE_USD_PER_DAY, 'TUNEGATE_USD_PER_DAY') : null,
  },
  promote: promoteThrough(client),
  withdraw: withdrawThrough(client),
  environment: {
    gatewayUrl: settings.gatewayUrl,
    keyFile: settings.keyFile,
    policies: settings.policies,
    sources: settings.sources,
    hasIdentities: async () => verifyJwt !== null || hasIdentities(db),
    verifyJwt,
    signingKey: () => openSigningKey(settings.signingKey, settings.signingKeyFile),
  },
} satisfies ActivityDeps;
const activities = createActivities(deps);

const workflowBundle = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
  logger: new DefaultLogger('WARN'),
});
const common = {
  connection,
  activities,
  shutdownGraceTime: '5s',
  shutdownForceTime: '15s',
  ...(connect.namespace ? { namespace: connect.namespace } : {}),
} as const;
/** One queue per provider that has its keys here. */
const served = providerRows.filter((row) => row.name === 'local' || isConfigured(row, process.env));
const workers = await Promise.all([
  Worker.create({ ...common, taskQueue: queues.pipeline, workflowBundle, maxCachedWorkflows: 200 }),
  ...served.map((row) => Worker.create({ ...common, ...providerQueue(row, process.env) })),
]);

log.info({ queues: [queues.pipeline, ...served.map((row) => queues.provider(row.name))] }, 'worker ready');
const stopTending = tendEveryMinute(deps);
await Promise.all(workers.map((worker) => worker.run()));
stopTending();
await connection.close();
await close();
