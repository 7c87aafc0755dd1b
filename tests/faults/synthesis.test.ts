import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from '../../client/index.ts';
import { openDatabase } from '../../db/database.ts';
import type { PartName } from '../../workers/stack/part.ts';
import { isPartAlive, readStack } from '../../workers/stack/state.ts';
import { type OwnStack, ownStack } from '../support/own-stack.ts';
import { type SlowTeacher, startSlowTeacher } from '../support/slow-teacher.ts';
import { clientOf, startTiny } from '../support/tiny-pipeline.ts';
import { until } from '../support/until.ts';

const parts: readonly PartName[] = ['postgres', 'temporal', 'server', 'worker'];
const total = 500;
/** The planner's seed: request n is asked with this and n. */
const firstSeed = 7;
const bikeParts = ['wheel', 'brake', 'lamp', 'chain', 'saddle', 'pedal', 'frame', 'bell', 'fork', 'pump', 'rack', 'tube'];
const sentence = (n: number): string =>
  `Number ${n * 7919}: the ${bikeParts[n % 12]} and the ${bikeParts[(n * 5 + 3) % 12]} of order ${n * 31} came ${n % 7} days late to shop ${(n * 13) % 97}`;

let teacher: SlowTeacher;
let stack: OwnStack;
let client: Client;
let databaseUrl: string;

beforeAll(async () => {
  teacher = await startSlowTeacher(120, ({ seed }) => ({ message: sentence(seed) }));
  stack = await ownStack(parts, {
    COMPATIBLE_BASE_URL: teacher.url,
    COMPATIBLE_API_KEY: 'test',
    // No trainer: what comes after synthesis is not asked for.
    TRAINER_URL: 'http://127.0.0.1:9',
  });
  const running = await stack.start();
  databaseUrl = running.databaseUrl;
  client = clientOf(running);
});
afterAll(async () => {
  await stack?.end();
  await teacher?.close();
});

async function stored(): Promise<number[]> {
  const { pool, close } = openDatabase(databaseUrl, { max: 1 });
  try {
    const { rows } = await pool.query<{ ordinal: number }>('select ordinal from synthetic_rows order by ordinal');
    return rows.map(({ ordinal }) => ordinal);
  } finally {
    await close();
  }
}

it('a worker that is killed again and again has no completed row written twice, and loses none', async () => {
  const rows = Array.from({ length: 60 }, (_, n) => JSON.stringify({ text: sentence(10_000 + n), answer: `It is in shop ${n}` })).join('\n');
  const run = await startTiny(
    client,
    {
      name: 'killed-synthesis',
      task: { type: 'generation' },
      dataset: { source: './train.csv', format: 'jsonl', input: 'text', output: 'answer', nearDuplicate: 1 },
      synthesis: {
        teacher: 'compatible/slow-teacher',
        generators: ['paraphrase'],
        total,
        maximumSeconds: 3_600,
        ablation: 'never',
        acknowledgeTerms: true,
      },
      candidates: { untuned: ['zero-shot'] },
      deployment: { endpoint: 'killed-synthesis' },
    },
    { rows: { train: rows, test: rows } },
  );
  for (const enough of [60, 200, 340]) {
    await until(`${enough} rows are stored`, async () => (await stored()).length >= enough, 240_000);
    process.kill(readStack(stack.home)?.parts.worker?.pid ?? 0, 'SIGKILL');
    await until('the worker is gone', () => !isPartAlive(readStack(stack.home), 'worker'));
    // Nobody writes now: what is stored is what is complete.
    const complete = await stored();
    const askedBefore = new Map(teacher.asked);
    await stack.start();
    await until(
      'the worker goes on',
      () => [...teacher.asked.values()].reduce((a, b) => a + b, 0) > [...askedBefore.values()].reduce((a, b) => a + b, 0) + 20,
      240_000,
    );
    for (const ordinal of complete) expect(teacher.asked.get(firstSeed + ordinal)).toBe(askedBefore.get(firstSeed + ordinal));
  }
  await until(
    'synthesis has ended',
    async () => (await client.runs.status(run)).stages.find(({ stage }) => stage === 'synthesis')?.status === 'done',
    240_000,
  );
  await client.runs.cancel(run, 'ada');

  expect(await stored()).toEqual(Array.from({ length: total }, (_, ordinal) => ordinal));
  const again = [...teacher.asked].filter(([, times]) => times > 1);
  // Only what was under way when a worker died is asked again: four calls side by side, three deaths.
  expect(again.length).toBeLessThanOrEqual(12);
  expect(teacher.asked.size).toBe(total);
});
