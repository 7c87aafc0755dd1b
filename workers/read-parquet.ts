import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetToJsonLines } from '../db/sources/parquet.ts';

export { isParquet } from '../db/sources/parquet.ts';

/** The rows of a Parquet file as JSON lines, for a check on this machine. @param name what messages call the file */
export async function readParquet(path: string, name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tunegate-parquet-'));
  try {
    const target = join(folder, 'rows.jsonl');
    await parquetToJsonLines(path, target, name);
    return await readFile(target, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
