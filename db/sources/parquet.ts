import { rm } from 'node:fs/promises';
import { TunegateError } from '../../contracts/errors.ts';

const magic = 'PAR1';

/** Whether a file is Parquet by its name or by its first bytes. */
export const isParquet = (name: string, start: Uint8Array): boolean =>
  /\.(parquet|pq)$/i.test(name) || Buffer.from(start.subarray(0, 4)).toString('latin1') === magic;

/**
 * Writes the rows of a Parquet file as JSON lines, in their order, so that line n is row n. DuckDB does it without holding the file in memory.
 *
 * @param name what messages call the file
 * @throws TunegateError `file_unreadable` where it is broken
 */
export async function parquetToJsonLines(path: string, target: string, name: string): Promise<void> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1GB' });
  const connection = await instance.connect();
  try {
    await connection.run(`COPY (SELECT * FROM read_parquet(${quoted(path)})) TO ${quoted(target)} (FORMAT json)`);
  } catch (cause) {
    await rm(target, { force: true });
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new TunegateError('file_unreadable', `${name} is no Parquet file that can be read: ${reason.replaceAll(path, name)}`, {
      where: name,
      remedy: 'write the file again: its end, where its table of contents stands, may be cut off',
      cause,
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;
