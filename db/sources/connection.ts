import { Readable } from 'node:stream';
import pg from 'pg';
import { TunegateError } from '../../contracts/errors.ts';
import type { OutsideFile } from './outside-file.ts';

const rowsAtOnce = 2_000;

/**
 * Rows of `connection:NAME?query=SELECT …`. NAME is a connection that the worker's environment knows as `TUNEGATE_CONNECTION_<NAME>`; the query runs in a
 * transaction that may only read. Rows come in the order of their content, so that the same rows give the same dataset, whatever the plan of the day.
 *
 * @throws TunegateError `bad_spec`, `not_found` where the worker knows no such connection, `database_unavailable`, `bad_row` where the query fails
 */
export function queryConnection(address: string, env: NodeJS.ProcessEnv): OutsideFile {
  const { name, query } = readAddress(address);
  const variable = `TUNEGATE_CONNECTION_${name.toUpperCase().replaceAll('-', '_')}`;
  const url = env[variable];
  if (!url) {
    throw new TunegateError('not_found', `this worker knows no connection '${name}'`, {
      where: address,
      remedy: `set ${variable} to its postgres:// address in the worker's environment`,
    });
  }
  return { name: `connection:${name}`, format: 'jsonl', read: async () => Readable.from(rowsOf(url, query, `connection:${name}`)) };
}

/** @example readAddress('connection:warehouse?query=select text, label from messages') // { name: 'warehouse', query: 'select …' } */
function readAddress(address: string): { readonly name: string; readonly query: string } {
  const [, name = '', rest = ''] = /^connection:([A-Za-z][A-Za-z0-9_-]*)\?query=([\s\S]+)$/.exec(address) ?? [];
  const query = (/%[0-9a-f]{2}/i.test(rest) ? decoded(rest) : rest).trim().replace(/;\s*$/, '');
  if (name === '' || query === '')
    throw new TunegateError('bad_spec', 'the connection is not written as one', { where: address, remedy: 'write connection:NAME?query=SELECT …' });
  return { name, query };
}

/** A query may hold a bare per cent sign, as in LIKE. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface ExtendedQuery extends pg.QueryConfig {
  readonly queryMode: 'extended';
}

async function* rowsOf(url: string, query: string, name: string): AsyncGenerator<string, void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 30_000, application_name: 'tunegate' });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (cause) {
    throw new TunegateError('database_unavailable', `the database of ${name} cannot be reached`, {
      where: name,
      remedy: "check the address in the worker's environment, and that the database is up",
      cause,
    });
  }
  try {
    await client.query('BEGIN READ ONLY');
    // The extended protocol takes one statement, so that a query cannot end the transaction that only reads.
    const rows: ExtendedQuery = {
      text: `DECLARE tunegate_rows NO SCROLL CURSOR FOR SELECT row FROM (SELECT to_jsonb(q)::text AS row FROM (${query}\n) AS q) AS r ORDER BY row COLLATE "C"`,
      queryMode: 'extended',
    };
    await client.query(rows);
    for (;;) {
      const { rows } = await client.query<{ row: string }>(`FETCH ${rowsAtOnce} FROM tunegate_rows`);
      if (rows.length === 0) return;
      yield rows.map(({ row }) => `${row}\n`).join('');
    }
  } catch (cause) {
    if (!(cause instanceof pg.DatabaseError)) throw cause;
    throw new TunegateError('bad_row', `the query of ${name} failed: ${cause.message}`, {
      where: `${name}${cause.position === undefined ? '' : ` (character ${cause.position} of the statement)`}`,
      remedy: 'try the query with psql; it must be one SELECT that only reads',
      cause,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}
