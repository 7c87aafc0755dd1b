import type { Client as TemporalClient } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Client } from '../../../client/index.ts';
import type { DecisionRequest } from '../../../contracts/api.ts';
import type { ApprovalMessage, ApprovalReceipt } from '../../../contracts/messages.ts';
import { messages } from '../../../contracts/names.ts';
import { temporalOf } from '../../support/temporal-of.ts';
import { asked, clientOf, startTiny, tinySpec } from '../../support/tiny-pipeline.ts';
import { until } from '../../support/until.ts';

let client: Client;
let temporal: TemporalClient;
beforeAll(async () => {
  const stack = inject('stack');
  client = clientOf(stack);
  temporal = await temporalOf(stack);
});
afterAll(() => temporal.connection.close());

const message = (decision: DecisionRequest, change: Partial<ApprovalMessage> = {}): ApprovalMessage => ({
  decisionId: decision.id,
  verdict: 'approve',
  by: 'ada',
  comment: null,
  artifact: decision.artifact,
  token: null,
  acknowledge: [],
  messageId: `m-${Math.random()}`,
  ...change,
});

/** A run that waits, and what it asks. */
async function waiting(name: string, approval: Parameters<typeof tinySpec>[1] = {}) {
  const run = await startTiny(client, tinySpec(name, approval));
  const { decision } = await asked(client, run);
  if (!decision) throw new Error(`${run} asks nothing`);
  const handle = temporal.workflow.getHandle(run);
  const update = (m: ApprovalMessage) => handle.executeUpdate<ApprovalReceipt, [ApprovalMessage]>(m.verdict, { args: [m], updateId: m.messageId });
  return { run, decision, handle, update };
}
const outcomeOf = async (run: string) => (await client.runs.wait(run)).document.outcome;

describe('an approval', () => {
  test('by Temporal signal deploys', async () => {
    const { run, decision, handle } = await waiting('by-signal');
    await handle.signal(messages.approve, message(decision));
    expect(await outcomeOf(run)).toBe('deployed');
  });

  test('by Temporal update tells that it counted, and sent again gives the same answer', async () => {
    const { run, decision, update } = await waiting('by-update');
    const approval = message(decision, { messageId: 'once' });
    const [first, again] = [await update(approval), await update(approval)];
    expect(first).toEqual({ counted: true, refusedBecause: null, remaining: 0 });
    expect(again).toEqual(first);
    expect(await outcomeOf(run)).toBe('deployed');
  });

  test('of another artifact is refused as stale, and the run waits on', async () => {
    const { run, decision, update } = await waiting('stale');
    const receipt = await update(message(decision, { artifact: `sha256:${'0'.repeat(64)}` }));
    expect(receipt.refusedBecause).toContain('stale');
    expect((await client.runs.status(run)).state).toBe('waiting-for-approval');
    await update(message(decision, { verdict: 'reject' }));
    expect(await outcomeOf(run)).toBe('rejected');
  });

  test('that is malformed never enters the run', async () => {
    const { run, decision, handle, update } = await waiting('malformed');
    await expect(update(message(decision, { by: '' }))).rejects.toThrow();
    await expect(update(message(decision, { comment: 'a NUL \0 that no record can hold' }))).rejects.toThrow();
    for (const nonsense of [{ nonsense: true }, null, message(decision, { comment: '\0' })]) await handle.signal(messages.approve, nonsense);
    await handle.signal(messages.reject);
    expect((await client.runs.status(run)).state).toBe('waiting-for-approval');
    await client.runs.reject(run, { by: 'eve', comment: null });
    expect(await outcomeOf(run)).toBe('rejected');
  });

  test('stands in the record before the run acts on it', async () => {
    const { run, decision, handle } = await waiting('recorded-first');
    await handle.signal(messages.approve, message(decision));
    expect(await outcomeOf(run)).toBe('deployed');
    const events = (await handle.fetchHistory()).events ?? [];
    const scheduled = (name: string) =>
      events.filter((e) => e.activityTaskScheduledEventAttributes?.activityType?.name === name).map((e) => Number(e.eventId));
    const [record = 0] = scheduled('recordApproval');
    const recorded = events.find((e) => Number(e.activityTaskCompletedEventAttributes?.scheduledEventId) === record);
    const closed = scheduled('notifyApprovers').at(-1) ?? 0;
    expect(closed).toBeGreaterThan(Number(recorded?.eventId));
  });

  test('comes too late once the run has ended, and is told so', async () => {
    const { run, decision } = await waiting('late');
    await client.runs.reject(run, { by: 'eve', comment: null });
    await outcomeOf(run);
    await expect(client.runs.approve(run, { by: 'ada', artifact: decision.artifact })).rejects.toThrow();
    expect(await outcomeOf(run)).toBe('rejected');
  });

  test('needs two different people where two are required', async () => {
    const { run, decision, update } = await waiting('two-people', { approval: { required: 2 } });
    expect(await update(message(decision))).toMatchObject({ counted: true, remaining: 1 });
    expect((await update(message(decision))).refusedBecause).toContain('another person');
    expect(await update(message(decision, { by: 'bob' }))).toMatchObject({ counted: true, remaining: 0 });
    expect(await outcomeOf(run)).toBe('deployed');
  });

  test('and a rejection at the same moment: one of them counts, the other is refused', async () => {
    const { run, decision, update } = await waiting('conflicting');
    const receipts = await Promise.all([update(message(decision)), update(message(decision, { verdict: 'reject', by: 'eve' }))]);
    expect(receipts.filter((r) => r.counted)).toHaveLength(1);
    expect(await outcomeOf(run)).toBe(receipts[0]?.counted ? 'deployed' : 'rejected');
  });
});

test('a question that nobody answers is escalated once, then the run ends rejected', async () => {
  const { run, decision } = await waiting('escalated', { approval: { timeout: '2s', escalateTo: ['lead'] } });
  const later = await until('the question is asked again', async () => {
    const now = (await client.runs.status(run)).decision;
    return now && now.expiresAt > decision.expiresAt ? now : null;
  });
  expect(later.id).toBe(decision.id);
  expect(await outcomeOf(run)).toBe('rejected');
});

test('a run that is cancelled while it waits ends cancelled and serves nothing', async () => {
  const { run } = await waiting('cancelled');
  await client.runs.cancel(run, 'ada', 'changed my mind');
  expect(await outcomeOf(run)).toBe('cancelled');
  expect((await client.endpoints.list()).some((e) => e.endpoint === 'cancelled')).toBe(false);
});

test('a history holds no row of the data and no secret', async () => {
  const stack = inject('stack');
  const { run, handle } = await waiting('history');
  const text = JSON.stringify(await handle.fetchHistory(), (_, value) => (value?.type === 'Buffer' ? Buffer.from(value.data).toString() : value));
  const decoded = text.replace(/[A-Za-z0-9+/=]{24,}/g, (b) => Buffer.from(b, 'base64').toString());
  for (const secret of ['never agreed to', 'charged twice', stack.trainerKey]) expect(decoded).not.toContain(secret);
  await client.runs.reject(run, { by: 'eve', comment: null });
});
