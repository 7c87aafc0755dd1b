import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { type OwnStack, ownStack } from '../support/own-stack.ts';
import { type RealPostgres, startRealPostgres } from '../support/real-postgres.ts';

/** Tables as the database knows them. */
async function tablesOf(url: string): Promise<readonly string[]> {
  const { pool, close } = openDatabase(url, { max: 1 });
  try {
    const { rows } = await pool.query<{ name: string }>("select tablename as name from pg_tables where schemaname = 'public' order by 1");
    return rows.map((row) => row.name);
  } finally {
    await close();
  }
}

async function freshDatabase(url: string, name: string): Promise<string> {
  const { pool, close } = openDatabase(url, { max: 1 });
  await pool.query(`create database ${name}`);
  await close();
  const target = new URL(url);
  target.pathname = `/${name}`;
  return target.href;
}

describe('migrations on a real Postgres', () => {
  let server: RealPostgres;
  beforeAll(async () => {
    server = await startRealPostgres();
  });
  afterAll(() => server?.close());

  it('make the tables once, and nothing the second time', async () => {
    const url = await freshDatabase(server.url, 'twice');
    expect(await migrate(url)).toBeGreaterThan(0);
    const tables = await tablesOf(url);
    expect(tables).toEqual(expect.arrayContaining(['runs', 'jobs', 'approvals', 'tunegate_migrations']));
    expect(await migrate(url)).toBe(0);
    expect(await tablesOf(url)).toEqual(tables);
  });

  it('are applied once when eight processes start at the same moment', async () => {
    const url = await freshDatabase(server.url, 'concurrent');
    const applied = await Promise.all(Array.from({ length: 8 }, () => migrate(url)));
    expect(applied.filter((count) => count > 0)).toHaveLength(1);
  });

  it('leave an older process working when a newer one has migrated further', async () => {
    const url = await freshDatabase(server.url, 'newer');
    await migrate(url);
    const { pool, close } = openDatabase(url, { max: 1 });
    await pool.query("insert into tunegate_migrations (hash) values ('of a later version')");
    await close();
    expect(await migrate(url)).toBe(0);
  });
});

describe('migrations on the embedded database', () => {
  let stack: OwnStack;
  beforeAll(async () => {
    stack = await ownStack(['postgres']);
  });
  afterAll(() => stack?.end());

  it('have been applied when the stack has started, and stay idempotent when many call at once', async () => {
    const { databaseUrl } = await stack.start();
    expect(await tablesOf(databaseUrl)).toEqual(expect.arrayContaining(['runs', 'jobs', 'approvals']));
    expect(await Promise.all(Array.from({ length: 6 }, () => migrate(databaseUrl)))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('keep ten connections with interleaved transactions apart', async () => {
    const { databaseUrl } = await stack.start();
    const { pool, close } = openDatabase(databaseUrl, { max: 10 });
    await pool.query('create table counter (n integer not null)');
    await pool.query('insert into counter values (0)');
    const increment = async () => {
      const client = await pool.connect();
      await client.query('begin');
      const { rows } = await client.query<{ n: number }>('select n from counter for update');
      await client.query('update counter set n = $1', [(rows[0]?.n ?? 0) + 1]);
      await client.query('commit');
      client.release();
    };
    await Promise.all(Array.from({ length: 40 }, increment));
    expect((await pool.query('select n from counter')).rows).toEqual([{ n: 40 }]);
    await close();
  });
});
