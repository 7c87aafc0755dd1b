import { existsSync, readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';
import { errorCodes } from '../../contracts/errors.ts';
import { createApp } from '../../server/app.ts';
import type { Services } from '../../server/services.ts';
import { keysAt } from '../../domain/spec/schema-tree.ts';
import { parsePipeline } from '../../domain/spec/parse-pipeline.ts';

const root = new URL('../../', import.meta.url).pathname;
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');

test('every page of the docs that code or a page names is there', () => {
  const files = globSync(['{cli,client,contracts,domain,providers,server,workers,activities}/**/*.ts', 'docs/**/*.md', 'README.md'], { cwd: root });
  const named = new Set(files.flatMap((file) => [...read(file).matchAll(/docs\/[\w/-]+\.md/g)].map(([path]) => path)));
  expect([...named].filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
  expect(named).toContain('docs/errors.md');
});

test('the page of the errors lists every code', () => {
  const page = read('docs/errors.md');
  expect(errorCodes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});

test('the page of the API lists every address that the server has, and no other', () => {
  const routes = createApp({} as Services).routes.filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/'));
  const served = new Set(routes.flatMap(({ method, path }) => alternatives(path).map((one) => `${method} ${one}`)));
  const listed = new Set(
    [...read('docs/api.md').matchAll(/^\| `(GET|POST|PUT|DELETE) (\S+?)`((?:, `\/[\w-]+`)*)/gm)].flatMap(([, method, path = '', more = '']) => {
      const stem = path.slice(0, path.lastIndexOf('/'));
      return [path, ...[...more.matchAll(/`(\/[\w-]+)`/g)].map(([, last]) => `${stem}${last}`)].map((one) => `${method} ${one}`);
    }),
  );
  expect([...listed].toSorted()).toEqual([...served].toSorted());
});

/** `/:run/:verb{pause|resume}` stands for two addresses. */
function alternatives(path: string): string[] {
  const choice = /:\w+\{([^}]+)\}/.exec(path);
  return choice ? (choice[1] ?? '').split('|').map((one) => path.replace(choice[0], one)) : [path];
}

test('the page of the pipeline file shows every key of each block in an example that is valid', () => {
  const text = /```yaml\n([\s\S]*?)```/.exec(read('docs/pipeline-file.md'))?.[1] ?? '';
  const spec = parsePipeline(text, 'docs/pipeline-file.md');
  for (const block of keysAt([]).filter((key) => key !== 'name' && key !== 'task')) {
    const shown = Object.keys(spec[block as keyof typeof spec] as object);
    expect([block, keysAt([block]).filter((key) => !shown.includes(key) && !text.includes(`${key}: `))]).toEqual([block, []]);
  }
});
