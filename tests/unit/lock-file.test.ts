import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkoutRoot } from '../../workers/setup/paths.ts';

it('the lock file names the packages of every platform, so that `npm ci` works on all of them', () => {
  const { packages } = JSON.parse(readFileSync(join(checkoutRoot, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const wanted = Object.values(packages).flatMap((entry) => Object.entries(entry.optionalDependencies ?? {}));
  const missing = wanted.filter(([name, version]) => /^\d/.test(version) && !packages[`node_modules/${name}`]).map(([name]) => name);
  expect(missing, 'run `node .ci/complete-lock.mjs`').toEqual([]);
});
