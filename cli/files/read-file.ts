import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { TunegateError } from '../../contracts/errors.ts';

/** A file's bytes. @throws TunegateError `file_missing` with the nearest name there is, or `file_unreadable` */
export async function readBytes(path: string, namedBy?: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw await unreadable(path, cause, namedBy);
  }
}

/** @param namedBy the pipeline file that names this one */
export async function unreadable(path: string, cause: unknown, namedBy?: string): Promise<TunegateError> {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  const by = namedBy ? `; ${namedBy} names it` : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const near = await nearestName(path);
    return new TunegateError('file_missing', `the file does not exist${by}`, {
      where: path,
      remedy: near ? `did you mean ${near}?` : 'check the path; relative paths start at the pipeline file',
      cause,
    });
  }
  if (code === 'EISDIR')
    return new TunegateError('file_unreadable', `this is a folder, not a file${by}`, {
      where: path,
      remedy: `name a file in it, or all of them: ${join(path, '*.csv')}`,
      cause,
    });
  if (code === 'EACCES' || code === 'EPERM')
    return new TunegateError('file_unreadable', `the file may not be read${by}`, {
      where: path,
      remedy: 'check who owns it and its permissions',
      cause,
    });
  if (code === 'ELOOP')
    return new TunegateError('file_unreadable', `this is a symbolic link that leads back to itself${by}`, {
      where: path,
      remedy: 'let the link lead to the file',
      cause,
    });
  if (cause instanceof TunegateError) return cause;
  return new TunegateError('file_unreadable', `the file could not be read: ${cause instanceof Error ? cause.message : String(cause)}${by}`, {
    where: path,
    cause,
  });
}

async function nearestName(path: string): Promise<string | null> {
  const wanted = basename(path);
  const names = await readdir(dirname(path)).catch(() => []);
  const best = names.map((name) => ({ name, d: distance(name.toLowerCase(), wanted.toLowerCase()) })).sort((a, b) => a.d - b.d)[0];
  return best && best.d <= Math.max(2, wanted.length / 3) ? join(dirname(path), best.name) : null;
}
