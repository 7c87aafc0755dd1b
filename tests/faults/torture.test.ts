import { expect, it } from 'vitest';
import { torture } from './torture/torture.ts';

/** Each kill costs a start of what died; a loaded machine takes its time for that. */
const longestMs = 25 * 60_000;

it.each(['pglite', 'pgserver'] as const)(
  'nothing is lost, doubled or leaked when parts are killed at random, on %s',
  async (database) => {
    const found = await torture({ seed: 7, minutes: 0.75, database, say: (line) => process.stderr.write(`${line}\n`) });
    expect(found.violations).toEqual([]);
    expect(found.kills).toBeGreaterThan(0);
    expect(found.runs).toBeGreaterThan(0);
  },
  longestMs,
);
