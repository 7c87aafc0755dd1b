/**
 * The embedded database as a process: PGlite with pgvector behind a local socket, so that `pg` is the only driver elsewhere.
 * `node --import tsx workers/stack/embedded-postgres.ts --data FOLDER --port PORT`
 */
import { parseArgs } from 'node:util';
import { releaseFileLock, tryFileLock } from '../setup/file-lock.mjs';
import { openEmbeddedDatabase } from './embedded-data.ts';
import { serveDatabase } from './serve-database.ts';

const maxConnections = 50;

const { values } = parseArgs({ options: { data: { type: 'string' }, port: { type: 'string' } } });
if (!values.data || !values.port) throw new Error('usage: embedded-postgres.ts --data FOLDER --port PORT');

// Two processes on one data folder would destroy it, whoever started them.
const lock = `${values.data}.lock`;
const holder = tryFileLock(lock);
if (holder !== null) throw new Error(`process ${holder} serves ${values.data}`);

const db = await openEmbeddedDatabase(values.data);
const server = await serveDatabase(db, Number(values.port), maxConnections);
process.stdout.write(`${new Date().toISOString()} serving ${values.data} on port ${values.port}\n`);

async function stop(): Promise<void> {
  server.close();
  await db.close();
  releaseFileLock(lock);
  process.exit(0);
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
