import { realpath } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import type { ActivityDeps } from '../deps.ts';

/**
 * Which files of the worker's machine a schedule may read anew. A schedule names its paths itself, and a worker's files hold more than data (its environment
 * has every provider's key): once identities are configured, only the folders that `TUNEGATE_SOURCES` names are open to whoever may make schedules.
 */
export async function readableFiles({ environment }: Pick<ActivityDeps, 'environment'>): Promise<(path: string) => Promise<boolean>> {
  if (!(await environment.hasIdentities())) return () => Promise.resolve(true);
  const folders = await Promise.all((environment.sources ?? []).map(real));
  return async (path) => {
    const wanted = await real(path);
    return wanted !== null && folders.some((folder) => folder !== null && isWithin(folder, wanted));
  };
}

/** Links lead where they lead. */
const real = (path: string): Promise<string | null> => realpath(path).catch(() => null);

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}
