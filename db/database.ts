import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { TunegateError } from '../contracts/errors.ts';
import * as schema from './schema.ts';

export type Database = NodePgDatabase<typeof schema>;

export interface OpenDatabase {
  readonly db: Database;
  readonly pool: pg.Pool;
  readonly close: () => Promise<void>;
}

/**
 * A pool of connections to Postgres, or to the embedded one, where all connections share one backend (see `docs/` on what that forbids).
 * Connections are made as they are needed: a wrong address shows with the first query, or with `waitForDatabase`.
 *
 * @example const { db, close } = openDatabase(process.env.DATABASE_URL ?? '', { max: 10 });
 */
export function openDatabase(url: string, options: { max?: number } = {}): OpenDatabase {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new TunegateError('database_unavailable', 'DATABASE_URL is not the address of a Postgres database', {
      where: 'DATABASE_URL',
      remedy: 'write it as postgres://USER:PASSWORD@HOST:5432/DATABASE, or leave it out to use the embedded database',
    });
  }
  const pool = new pg.Pool({ connectionString: url, max: options.max ?? 10, connectionTimeoutMillis: 30_000, application_name: 'tunegate' });
  // A connection that breaks while idle, as when the database restarts, is replaced by the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  return { db: drizzle(pool, { schema }), pool, close: () => pool.end() };
}

/** Resolves once a query is answered; throws `database_unavailable` when `timeoutMs` has passed. */
export async function waitForDatabase(url: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select 1');
      return;
    } catch (cause) {
      if (Date.now() > deadline || isRefusedForGood(cause)) throw unavailable(url, cause);
      await new Promise((wake) => setTimeout(wake, 50));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** Wrong password, no such user, no such database: waiting does not help. */
function isRefusedForGood(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return ['28P01', '28000', '3D000'].includes(code);
}

function unavailable(url: string, cause: unknown): TunegateError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new TunegateError('database_unavailable', `the database does not answer: ${reason}`, {
    where: new URL(url).host,
    remedy: 'check DATABASE_URL and that the server runs; without DATABASE_URL the embedded database is used',
    cause,
  });
}
