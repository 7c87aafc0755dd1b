/**
 * `npm run bench -- NAME [--case CASE …] [--json]`: measures one part of the product beside its peers, all cases or those named.
 * Each folder here that holds a `cases.ts` exporting `cases()` is a benchmark of its name. Exits 1 if a case misses its bound, 2 on a wrong name.
 */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchDocument, isWithinBounds, type BenchCase } from './document.ts';

interface BenchModule {
  readonly cases: (report: (line: string) => void, isWanted: (name: string) => boolean) => Promise<BenchCase[]>;
}

const folder = new URL('.', import.meta.url);
const names = readdirSync(folder).filter((name) => existsSync(fileURLToPath(new URL(`${name}/cases.ts`, folder))));
const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, case: { type: 'string', multiple: true } },
  allowPositionals: true,
});
const name = positionals[0];

if (name === undefined || !names.includes(name)) {
  const message = `${name === undefined ? 'no benchmark named' : `there is no benchmark '${name}'`}: choose one of ${names.join(', ')}`;
  if (values.json) console.log(JSON.stringify({ error: { code: 'not_found', message, where: null, remedy: 'npm run bench -- NAME' } }));
  else console.error(message);
  process.exitCode = 2;
} else {
  const bench = (await import(new URL(`${name}/cases.ts`, folder).href)) as BenchModule;
  const isWanted = (caseName: string) => values.case === undefined || values.case.includes(caseName);
  const measured = await bench.cases((line) => console.error(line), isWanted);
  const document = benchDocument(
    name,
    measured.filter((row) => isWanted(row.case)),
  );
  if (values.json) console.log(JSON.stringify(document, null, 2));
  else {
    console.log(`${document.bench} on ${document.machine}`);
    for (const row of document.cases) console.log(line(row));
  }
  process.exitCode = document.cases.every(isWithinBounds) ? 0 : 1;
}

function line(row: BenchCase): string {
  const bound = [row.min === null ? '' : `≥ ${row.min}`, row.max === null ? '' : `≤ ${row.max}`].filter(Boolean).join(', ');
  const mark = isWithinBounds(row) ? 'ok  ' : 'MISS';
  return `${mark} ${row.case.padEnd(34)} ${row.value === null ? 'not run' : Number(row.value.toPrecision(4))} ${row.unit} (${bound})  ${row.notes}`;
}
