/** `npm run torture -- --seed S --minutes M [--database pglite|pgserver] [--json]`: kills parts at random, then checks what must hold. Exit 1 where it does not. */
import { parseArgs } from 'node:util';
import { torture } from './torture.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    minutes: { type: 'string', default: '60' },
    database: { type: 'string', default: 'pglite' },
    json: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const minutes = Number(values.minutes);
if (!Number.isInteger(seed) || !(minutes > 0) || !['pglite', 'pgserver'].includes(values.database)) {
  process.stderr.write('--seed takes a whole number, --minutes a positive one, --database pglite or pgserver\n');
  process.exit(2);
}
process.stderr.write(`torture: seed ${seed}, ${minutes} minutes, ${values.database}\n`);
const found = await torture({
  seed,
  minutes,
  database: values.database as 'pglite' | 'pgserver',
  say: (line) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`),
});
if (values.json) process.stdout.write(`${JSON.stringify(found)}\n`);
else {
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, n]) => `${n} ${name}`)
      .join(', ');
  process.stdout.write(`${found.kills} kills (${list(found.killed as Record<string, number>)})\n`);
  process.stdout.write(`${found.runs} runs (${list(found.outcomes)}), ${found.histories} histories of at most ${found.mostEvents} events\n`);
  for (const violation of found.violations) process.stdout.write(`VIOLATION ${violation}\n`);
  process.stdout.write(
    found.violations.length === 0 ? 'Nothing is violated.\n' : `Again with: npm run torture -- --seed ${seed} --minutes ${minutes}\n`,
  );
}
process.exitCode = found.violations.length === 0 ? 0 : 1;
