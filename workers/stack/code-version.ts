import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { checkoutRoot } from '../setup/paths.ts';

/** What both Node processes are made of. */
export const nodeSources = ['package-lock.json', '{contracts,domain,providers,db}/**/*.ts', 'db/migrations/*.sql'];

/** Changes when one of these files does: a running process with another version is replaced. */
export function filesVersion(patterns: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of globSync([...patterns], { cwd: checkoutRoot }).sort()) {
    const { mtimeMs, size } = statSync(join(checkoutRoot, path));
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
