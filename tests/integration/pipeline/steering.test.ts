import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client as TemporalClient } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Client } from '../../../client/index.ts';
import type { PipelineProgress } from '../../../contracts/messages.ts';
import { messages } from '../../../contracts/names.ts';
import { temporalOf } from '../../support/temporal-of.ts';
import { asked, clientOf, startTiny, tinySpec } from '../../support/tiny-pipeline.ts';
import { until } from '../../support/until.ts';

const execute = promisify(execFile);
const root = new URL('../../..', import.meta.url).pathname;
let client: Client;
let temporal: TemporalClient;
beforeAll(async () => {
  const stack = inject('stack');
  client = clientOf(stack);
  temporal = await temporalOf(stack);
});
afterAll(() => temporal.connection.close());

const tunegate = async (...args: string[]) => {
  const env = { ...process.env, TUNEGATE_HOME: inject('stack').home };
  const { stdout } = await execute(process.execPath, [join(root, 'cli/tunegate.mjs'), ...args], { env });
  return stdout;
};
const stateOf = async (run: string) => (await client.runs.status(run)).state;
const progressOf = (run: string) => temporal.workflow.getHandle(run).query<PipelineProgress>(messages.progress);

describe('a run that is paused', () => {
  test('by the command line stops before its next stage, says so everywhere, and goes on at a signal', async () => {
    const run = await startTiny(client, tinySpec('paused'));
    expect(JSON.parse(await tunegate('pause', run, '--as', 'ada', '--reason', 'lunch', '--json'))).toMatchObject({ subject: run, done: 'paused' });
    await until('the run is held', async () => (await stateOf(run)) === 'paused');
    expect((await progressOf(run)).state).toBe('paused');
    const { stages } = await client.runs.status(run);
    expect(stages.find((stage) => stage.stage === 'approval')?.status).toBe('pending');
    expect((await client.audit({ subject: run })).find((entry) => entry.action === 'pause')).toMatchObject({
      actor: 'ada',
      detail: { reason: 'lunch' },
    });

    await temporal.workflow.getHandle(run).signal(messages.resume, { by: 'bob' });
    expect((await asked(client, run)).state).toBe('waiting-for-approval');
    await client.runs.reject(run, { by: 'ada', comment: null });
    await client.runs.wait(run);
  });

  test('while it asks can still be answered, and deploys only once it was resumed', async () => {
    const run = await startTiny(client, tinySpec('paused-asking'));
    const { decision } = await asked(client, run);
    await temporal.workflow.getHandle(run).executeUpdate(messages.pause, { args: [{ by: 'ada' }] });
    expect(await stateOf(run)).toBe('waiting-for-approval');
    await client.runs.approve(run, { by: 'ada', artifact: decision?.artifact ?? null });
    await until('the run is held after the approval', async () => (await stateOf(run)) === 'paused');
    expect((await client.endpoints.list()).some((e) => e.endpoint === 'paused-asking')).toBe(false);
    await client.runs.resume(run, 'ada');
    expect((await client.runs.wait(run)).outcome).toBe('deployed');
  });

  test('can be cancelled', async () => {
    const run = await startTiny(client, tinySpec('paused-cancelled'));
    await client.runs.pause(run, 'ada');
    await client.runs.cancel(run, 'ada', 'never mind');
    expect((await client.runs.wait(run)).outcome).toBe('cancelled');
  });

  test('goes on though a proxy marks both requests with the same id', async () => {
    const run = await startTiny(client, tinySpec('one-request-id'));
    const { url, key } = client.connection;
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-request-id': 'of-the-proxy' };
    for (const verb of [messages.pause, messages.resume])
      await fetch(`${url}/api/runs/${encodeURIComponent(run)}/${verb}`, { method: 'POST', headers, body: JSON.stringify({ by: 'ada' }) });
    await asked(client, run);
    await client.runs.cancel(run, 'ada');
  });

  test('by nobody is refused', async () => {
    const run = await startTiny(client, tinySpec('paused-by-nobody'));
    await expect(temporal.workflow.getHandle(run).executeUpdate(messages.pause, { args: [{ by: ' ' }] })).rejects.toThrow();
    await asked(client, run);
    await client.runs.cancel(run, 'ada');
  });
});

test('signals without content, or with what no record can hold, leave a run as it is', async () => {
  const run = await startTiny(client, tinySpec('empty-signals'));
  await asked(client, run);
  const handle = temporal.workflow.getHandle(run);
  for (const name of [messages.extendBudget, messages.answerJob, messages.approve]) {
    await handle.signal(name);
    await handle.signal(name, null);
  }
  await handle.signal(messages.pause, { by: 'ada', reason: 'a NUL \0' });
  await until('it is paused by somebody unknown', async () =>
    (await client.audit({ subject: run })).some(({ action, actor }) => action === 'pause' && actor === 'unknown'),
  );
  expect((await progressOf(run)).state).toBe('waiting-for-approval');
  await client.runs.cancel(run, 'ada');
  expect((await client.runs.wait(run)).outcome).toBe('cancelled');
});

describe('what can be seen of a run', () => {
  test('is the same by query, by stream and by command line', async () => {
    const run = await startTiny(client, tinySpec('observed'));
    const seen: string[] = [];
    const streamed = await client.runs.wait(run, { onStatus: (s) => seen.push(s.state), until: (s) => s.state === 'waiting-for-approval' });
    expect(seen[0]).toBe('running');
    const progress = await progressOf(run);
    const line = JSON.parse(await tunegate('status', run, '--json')) as { state?: string; decision?: unknown };
    expect([progress.state, streamed.state, line.state]).toEqual(Array(3).fill('waiting-for-approval'));
    expect([streamed.decision, line.decision]).toEqual([progress.decision, progress.decision]);
    expect(progress.stages.map((s) => [s.stage, s.status])).toEqual(streamed.stages.map((s) => [s.stage, s.status]));
    await client.runs.reject(run, { by: 'ada', comment: null });
  });

  test('reads well in the Temporal UI: search attributes, summaries, and where it stands', async () => {
    const run = await startTiny(client, tinySpec('in-the-ui'));
    await asked(client, run);
    const handle = temporal.workflow.getHandle(run);
    const found = await until('the run is found by its attributes', async () => {
      const ids: string[] = [];
      for await (const w of temporal.workflow.list({ query: 'TunegateEndpoint = "in-the-ui" AND TunegateStage = "approval"' }))
        ids.push(w.workflowId);
      return ids.length > 0 && ids;
    });
    expect(found).toEqual([run]);
    const description = await handle.describe();
    expect(await description.staticSummary()).toBe('fine-tune for endpoint in-the-ui');
    const details = await handle.query<string>('__temporal_workflow_metadata').then((m) => JSON.stringify(m));
    expect(details).toContain('Waits for approval');
    expect(details).toContain('✓ dataset');
    const summaries = ((await handle.fetchHistory()).events ?? []).flatMap((event) =>
      event.userMetadata?.summary?.data ? [JSON.parse(Buffer.from(event.userMetadata.summary.data).toString()) as string] : [],
    );
    expect(summaries).toEqual(expect.arrayContaining(['dataset', 'classical on validation rows', 'classical on test rows', 'time to answer']));
    await client.runs.reject(run, { by: 'ada', comment: null });
  });

  test('is followed in a pipe line by line, without colours or cursor movements', async () => {
    const run = await startTiny(client, tinySpec('piped'));
    await asked(client, run);
    const watching = tunegate('watch', run);
    await client.runs.approve(run, { by: 'ada', artifact: (await client.runs.status(run)).decision?.artifact ?? null });
    const text = await watching;
    expect(text).toMatch(/^run fine-tune\/piped\//);
    expect(text).toContain('dataset: done after');
    expect(text).toContain('Deployed');
    expect([...text].filter((c) => c === '\u001b' || c === '\r')).toEqual([]);
  });

  test('is left with Ctrl-C and one document, and goes on', async () => {
    const run = await startTiny(client, tinySpec('left'));
    await asked(client, run);
    const env = { ...process.env, TUNEGATE_HOME: inject('stack').home };
    const watching = spawn(process.execPath, [join(root, 'cli/tunegate.mjs'), 'watch', run, '--json'], { env });
    let printed = '';
    watching.stdout.on('data', (chunk) => {
      printed += chunk;
    });
    watching.stderr.once('data', () => watching.kill('SIGINT'));
    const [exitCode] = await once(watching, 'close');
    expect(JSON.parse(printed)).toMatchObject({ error: { code: 'cancelled', where: run } });
    expect(exitCode).toBe(130);
    expect(await stateOf(run)).toBe('waiting-for-approval');
    await client.runs.cancel(run, 'ada');
  });

  test('is told by the audit log in the order in which it happened', async () => {
    const run = await startTiny(client, tinySpec('audited'));
    const { decision } = await asked(client, run);
    await expect(client.runs.approve(run, { by: 'ada', artifact: `sha256:${'0'.repeat(64)}` })).rejects.toThrow();
    await client.runs.approve(run, { by: 'ada', artifact: decision?.artifact ?? null, comment: 'looked at the mistakes' });
    await client.runs.wait(run);
    const entries = await until('the end is recorded', async () => {
      const list = (await client.audit({ subject: run })).toReversed();
      return list.at(-1)?.action === 'run ended' && list;
    });
    expect(entries.map(({ actor, action }) => `${actor}: ${action}`)).toEqual([
      'test: run started',
      'tunegate: decision asked',
      'ada: approve refused',
      'ada: approve',
      'tunegate: decision closed',
      'tunegate: run ended',
    ]);
    const lines = await tunegate('audit', run);
    expect(lines).toContain('ada approve refused');
    expect(lines).toContain('comment looked at the mistakes');
    expect((await client.audit({ subject: 'endpoint/audited' })).map((entry) => entry.action)).toEqual(['promote']);
  });
});
