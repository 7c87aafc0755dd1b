import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client as TemporalClient } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../../client/index.ts';
import type { ExtendBudgetMessage } from '../../../contracts/messages.ts';
import { messages } from '../../../contracts/names.ts';
import { partNames } from '../../../workers/stack/part.ts';
import { type OwnStack, ownStack } from '../../support/own-stack.ts';
import { temporalOf } from '../../support/temporal-of.ts';
import { asked, clientOf, startTiny, tinyRows, tinySpec } from '../../support/tiny-pipeline.ts';

/** The own trainer at a price, so that a run without any outside service is paid for. */
const prices = `
- provider: local
  base: "*"
  prices:
    - from: "2026-01-01"
      training: { default: { rule: per-trained-token, usdPerMillion: "10" } }
      inference: { usdPerMillionInput: "2000", usdPerMillionOutput: "8000" }
`;
const execute = promisify(execFile);
const root = new URL('../../..', import.meta.url).pathname;

let own: OwnStack;
let client: Client;
let temporal: TemporalClient;
beforeAll(async () => {
  own = await ownStack(partNames);
  await writeFile(join(own.home, 'prices.yaml'), prices);
  const stack = await own.start();
  client = clientOf(stack);
  temporal = await temporalOf(stack);
});
afterAll(async () => {
  await temporal?.connection.close();
  await own?.end();
});

const extension = (messageId: string, addMicroUsd = 5_000_000): ExtendBudgetMessage => ({ by: 'ada', addMicroUsd, messageId });
/** Each door adds five dollars in the name of ada. */
const doors: Readonly<Record<string, (run: string) => Promise<unknown>>> = {
  'the command line': async (run) => {
    const env = { ...process.env, TUNEGATE_HOME: own.home };
    const args = [join(root, 'cli/tunegate.mjs'), 'extend-budget', run, '--usd', '5', '--as', 'ada', '--json'];
    return JSON.parse((await execute(process.execPath, args, { env })).stdout) as unknown;
  },
  HTTP: (run) => client.runs.extendBudget(run, 'ada', 5),
  'a Temporal update': (run) => temporal.workflow.getHandle(run).executeUpdate(messages.extendBudget, { args: [extension('by-update')] }),
  'a Temporal signal': (run) => temporal.workflow.getHandle(run).signal(messages.extendBudget, extension('by-signal')),
};

describe('a run that waits for money', () => {
  test.each(Object.entries(doors))('goes on once %s gives it more, and the log says who did', async (door, extend) => {
    const place = Object.keys(doors).indexOf(door);
    // Rows of its own: what another run has paid for would cost this one nothing.
    const rows = { train: tinyRows(20 + 2 * place, 12), test: tinyRows(31 + 2 * place, 12) };
    const run = await startTiny(client, tinySpec(`extended-${place}`, { budget: { usd: 0.000001 } }), { rows });
    const held = await client.runs.wait(run, { until: (s) => s.state === 'waiting-for-budget' });
    expect(held.budget).toMatchObject({ limit: 'budget', takenMicroUsd: 0 });
    await extend(run);
    const question = await asked(client, run);
    expect(question.document.spend).toMatchObject({ budget: 5.000001 });
    expect((await client.audit({ subject: run })).find((entry) => entry.action === 'budget extended')).toMatchObject({
      actor: 'ada',
      detail: { addMicroUsd: 5_000_000 },
    });
    await client.runs.reject(run, { by: 'ada', comment: null });
  });

  test('takes the same message once, and no message that makes no sense', async () => {
    const rows = { train: tinyRows(40, 12), test: tinyRows(51, 12) };
    const run = await startTiny(client, tinySpec('extended-twice', { budget: { usd: 0.000001 } }), { rows });
    await client.runs.wait(run, { until: (s) => s.state === 'waiting-for-budget' });
    const handle = temporal.workflow.getHandle(run);
    for (const nonsense of [
      { ...extension('zero'), addMicroUsd: 0 },
      { ...extension('nobody'), by: '' },
      { ...extension('half'), addMicroUsd: 0.5 },
    ])
      await expect(handle.executeUpdate(messages.extendBudget, { args: [nonsense] })).rejects.toThrow();
    await handle.signal(messages.extendBudget, { nonsense: true });
    for (let i = 0; i < 2; i += 1) await handle.signal(messages.extendBudget, extension('once'));
    const question = await asked(client, run);
    expect(question.document.spend.budget).toBe(5.000001);
    await client.runs.reject(run, { by: 'ada', comment: null });
  });
});
