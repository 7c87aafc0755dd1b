import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import { checkoutRoot } from '../../workers/setup/paths.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Room → what it must not import. */
const forbidden: Readonly<Record<string, readonly string[]>> = {
  contracts: ['../domain/a.ts', '../db/a.ts', '../server/a.ts', 'pg', 'openai', '@temporalio/client', 'node:fs'],
  domain: [
    '../activities/a.ts',
    '../workflows/a.ts',
    '../providers/a.ts',
    '../db/a.ts',
    '../workers/a.ts',
    '../server/a.ts',
    '../client/a.ts',
    '../cli/a.ts',
    'node:fs',
    'node:fs/promises',
    'node:child_process',
    'pg',
    'drizzle-orm',
    'openai',
    '@temporalio/workflow',
    '@temporalio/client',
  ],
  workflows: [
    '../providers/a.ts',
    '../db/a.ts',
    '../workers/a.ts',
    '../server/a.ts',
    '../client/a.ts',
    '../cli/a.ts',
    '../domain/gate/a.ts',
    '../domain/dataset/a.ts',
    'node:fs',
    'node:crypto',
    'zod',
    'openai',
    'pg',
    '@temporalio/client',
    '@temporalio/activity',
  ],
  activities: [
    '../workflows/a.ts',
    '../workers/a.ts',
    '../server/a.ts',
    '../client/a.ts',
    '../cli/a.ts',
    'drizzle-orm',
    'pg',
    'openai',
    '@temporalio/client',
    '@temporalio/workflow',
  ],
  providers: ['../db/a.ts', '../domain/a.ts', '../activities/a.ts', '../workers/a.ts', '../server/a.ts', 'drizzle-orm', '@temporalio/activity'],
  db: ['../activities/a.ts', '../providers/a.ts', '../workers/a.ts', '../server/a.ts', 'openai', '@temporalio/client'],
  workers: ['../server/a.ts', '../client/a.ts', '../cli/a.ts', 'drizzle-orm', 'pg'],
  server: ['../workflows/a.ts', '../activities/a.ts', '../workers/a.ts', '../cli/a.ts', 'drizzle-orm', 'pg', 'openai', '@temporalio/worker'],
  client: ['../domain/a.ts', '../db/a.ts', '../server/a.ts', '../cli/a.ts', 'node:fs', 'pg', '@temporalio/client'],
  cli: ['../db/a.ts', '../server/a.ts', '../activities/a.ts', '../workflows/a.ts', '../providers/a.ts', 'pg', 'drizzle-orm', '@temporalio/client'],
  web: ['../contracts/a.ts', '../server/a.ts', '../db/a.ts', 'node:fs', 'pg'],
};

/** Room → what it may import, so that a rule which forbids everything shows too. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  domain: ['../contracts/run.ts', 'node:crypto', 'zod'],
  workflows: ['../contracts/names.ts', '@temporalio/workflow', '../domain/approval/a.ts', '../domain/endpoint/a.ts'],
  activities: ['../providers/a.ts', '../db/queries/a.ts', '../domain/gate/a.ts', '../contracts/run.ts', '@temporalio/activity'],
  workers: ['../workflows/a.ts', '../activities/a.ts', '../db/a.ts', '../contracts/names.ts', '@temporalio/worker'],
  server: ['../db/a.ts', '../domain/a.ts', '../providers/a.ts', '../contracts/a.ts', '@temporalio/client', 'hono'],
  cli: ['../client/index.ts', '../domain/spec/a.ts', '../workers/stack/start.ts'],
  web: ['../client/index.ts'],
};

/** One file per room and depth with one import per line; returns `file:line` of each that the linter refuses. */
async function refusedLines(imports: Readonly<Record<string, readonly string[]>>): Promise<ReadonlySet<string>> {
  const root = await temporaryFolder();
  const config = JSON.parse(readFileSync(join(checkoutRoot, 'biome.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(root, 'biome.json'), JSON.stringify({ ...config, vcs: { enabled: false } }));
  for (const [room, sources] of Object.entries(imports)) {
    mkdirSync(join(root, room, 'stage'), { recursive: true });
    writeFileSync(join(root, room, 'x.ts'), sources.map((source, i) => `export * as a${i} from '${source}';\n`).join(''));
    writeFileSync(
      join(root, room, 'stage', 'x.ts'),
      sources.map((source, i) => `import { b as b${i} } from '${source.replace(/^\.\.\//, '../../')}';\n`).join(''),
    );
  }
  const biome = join(checkoutRoot, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const { stdout, stderr } = spawnSync(process.execPath, [biome, 'lint', '--reporter=github', '--max-diagnostics=1000', '.'], {
    cwd: root,
    encoding: 'utf8',
  });
  const refusals = [...`${stdout}${stderr}`.matchAll(/noRestrictedImports,file=([^,]+),line=(\d+)/g)];
  return new Set(
    refusals.map(
      ([, file, line]) =>
        `${file
          ?.replaceAll('\\', '/')
          .split('/')
          .slice(file.includes('/stage/') ? -3 : -2)
          .join('/')}:${line}`,
    ),
  );
}

const everyLine = (imports: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(imports).flatMap(([room, sources]) =>
    sources.flatMap((source, i) => [[`${room}/x.ts:${i + 1}`, source] as const, [`${room}/stage/x.ts:${i + 1}`, source] as const]),
  );

describe('the arrows between the rooms', () => {
  it('are refused by the linter where they point the wrong way', async () => {
    const refused = await refusedLines(forbidden);
    expect(everyLine(forbidden).filter(([line]) => !refused.has(line))).toEqual([]);
  });

  it('are free where the design draws them', async () => {
    const refused = await refusedLines(allowed);
    expect(everyLine(allowed).filter(([line]) => refused.has(line))).toEqual([]);
  });
});

describe('what workflows take from other rooms', () => {
  const values = /^import (?!type\b)[^'"]*from '(?<source>[^']+)'/gm;
  const mayGiveValues = /^(@temporalio\/workflow|\.\/.*|(\.\.\/)+(contracts\/names\.ts|domain\/(approval|endpoint)\b.*))$/;

  it.each(globSync('workflows/**/*.ts', { cwd: checkoutRoot }))('is types only, but for names and reducers: %s', (path) => {
    const source = readFileSync(join(checkoutRoot, path), 'utf8');
    const taken = [...source.matchAll(values)].map((match) => match.groups?.source ?? '');
    expect(taken.filter((from) => !mayGiveValues.test(from))).toEqual([]);
    expect(source).not.toMatch(/process\.env|import\.meta/);
  });
});
