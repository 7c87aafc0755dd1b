import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import pg from 'pg';
import { TunegateError } from '../contracts/errors.ts';

const folder = fileURLToPath(new URL('./migrations', import.meta.url));
const ledger = 'tunegate_migrations';
/** Another process creating the same object at the same moment shows as one of these; the next attempt finds it there. */
const raceCodes: ReadonlySet<string> = new Set(['23505', '42P07', '42710', '40001', '40P01']);

/**
 * Applies what `db/migrations` has and the database has not, each file once, all of them or none. Returns how many were applied.
 * Several processes may call it at once: they queue on a table lock, which works on the embedded database too, where a session lock would not.
 */
export async function migrate(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 30_000, application_name: 'tunegate-migrate' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await retryOnRace(() => ensureVector(client));
    await retryOnRace(() =>
      client.query(`create table if not exists ${ledger} (hash text primary key, applied_at timestamptz not null default now())`),
    );
    return await retryOnRace(() => applyMissing(client));
  } finally {
    await client.end();
  }
}

async function ensureVector(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query("select 1 from pg_extension where extname = 'vector'");
  if (rowCount) return;
  try {
    await client.query('create extension if not exists vector');
  } catch (cause) {
    if (raceCodes.has(codeOf(cause))) throw cause;
    throw new TunegateError('database_unavailable', `the database has no extension 'vector', and it could not be created: ${messageOf(cause)}`, {
      where: client.host,
      remedy: 'install pgvector on the server and run `create extension vector` as its administrator',
      cause,
    });
  }
}

async function applyMissing(client: pg.Client): Promise<number> {
  const migrations = readMigrationFiles({ migrationsFolder: folder });
  await client.query('begin');
  try {
    await client.query(`lock table ${ledger} in exclusive mode`);
    const { rows } = await client.query<{ hash: string }>(`select hash from ${ledger}`);
    const applied = new Set(rows.map((row) => row.hash));
    const missing = migrations.filter((migration) => !applied.has(migration.hash));
    for (const migration of missing) {
      for (const statement of migration.sql) await client.query(statement);
      await client.query(`insert into ${ledger} (hash) values ($1)`, [migration.hash]);
    }
    await client.query('commit');
    return missing.length;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function retryOnRace<T>(action: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt === 5 || !raceCodes.has(codeOf(error))) throw error;
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
