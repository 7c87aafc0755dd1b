/** The embedded database under company: one session that many connections share must look to each like its own. */
import type { AddressInfo, Server } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveDatabase } from '../../workers/stack/serve-database.ts';

let db: PGlite;
let server: Server;
const opened: pg.Client[] = [];
beforeAll(async () => {
  db = await PGlite.create();
  await db.exec('create table marks (who int, n int)');
  server = await serveDatabase(db, 0, 50);
});
afterAll(async () => {
  await Promise.all(opened.map((client) => client.end().catch(() => undefined)));
  server?.close();
  await db?.close();
});

async function connect(): Promise<pg.Client> {
  const { port } = server.address() as AddressInfo;
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  client.on('error', () => undefined);
  await client.connect();
  opened.push(client);
  return client;
}

/** Ends the connection as a killed process does. */
const kill = (client: pg.Client) => (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();

test('ten connections at once each get their own rows, with transactions and errors among them', async () => {
  const clients = await Promise.all(Array.from({ length: 10 }, connect));
  const answers = await Promise.all(
    clients.map(async (client, who) => {
      const wrong: string[] = [];
      for (let n = 0; n < 100; n++) {
        if (who < 4) await client.query('begin');
        const { rows } = await client.query(
          who % 2 ? 'select $1::text as a' : 'select $1::int as b, $2::text as c',
          who % 2 ? [`${who}`] : [who, `x${n}`],
        );
        const right = who % 2 ? { a: `${who}` } : { b: who, c: `x${n}` };
        if (JSON.stringify(rows) !== JSON.stringify([right])) wrong.push(JSON.stringify(rows));
        if (who < 4) await client.query('commit');
        if (n % 10 === 0) await expect(client.query('select 1 / $1::int', [0])).rejects.toMatchObject({ code: '22012' });
      }
      return wrong;
    }),
  );
  expect(answers.flat()).toEqual([]);
});

test('what stands in a transaction is seen by others once it is committed, and they wait for it', async () => {
  const [writer, reader] = [await connect(), await connect()];
  await writer.query('begin');
  await writer.query('insert into marks values ($1, $2)', [1, 1]);
  const seen = reader.query('select count(*)::int as n from marks where who = $1', [1]);
  await writer.query('insert into marks values ($1, $2)', [1, 2]);
  await writer.query('commit');
  expect((await seen).rows).toEqual([{ n: 2 }]);
});

test('a connection that dies in a transaction, or while it is answered, takes its transaction along and holds up nobody', async () => {
  const others = await connect();
  const dying = await connect();
  await dying.query('begin');
  await dying.query('insert into marks values ($1, $2)', [2, 1]);
  dying.query('select pg_sleep($1)', [0.2]).catch(() => undefined);
  await new Promise((sent) => setImmediate(sent));
  kill(dying);
  expect((await others.query('select count(*)::int as n from marks where who = $1', [2])).rows).toEqual([{ n: 0 }]);
});
