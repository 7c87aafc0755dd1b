import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { roles } from '../../contracts/administration.ts';
import type { Database } from '../../db/database.ts';
import { storeKey } from '../../db/queries/keys.ts';
import { hashKey, keyIdOf } from '../../domain/approval/token.ts';

/** `tg_<id>_<secret>`: the id is public and names the key in tokens and lists. */
export const newKey = (): string => `tg_${randomBytes(6).toString('hex')}_${randomBytes(32).toString('hex')}`;

/**
 * Makes sure that the key in `file` (mode 0600) opens this database. The file is written first and read back,
 * so that a crash in between, or two servers starting at once, end with one file whose key is known.
 */
export async function ensureFirstKey(db: Database, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${newKey()}\n`, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const key = (await readFile(file, 'utf8')).trim();
  await storeKey(db, { id: keyIdOf(key), name: 'first', hash: hashKey(key), roles: [...roles], isFirst: true });
}
