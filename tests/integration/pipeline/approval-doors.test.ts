/** Every case of an approval by every door: a Temporal update, a Temporal signal, and HTTP. They end in one reducer, so they must mean the same. */
import type { Client as TemporalClient } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Client, TunegateError } from '../../../client/index.ts';
import type { ApprovalMessage, ApprovalReceipt } from '../../../contracts/messages.ts';
import { ids } from '../../../contracts/names.ts';
import type { ArtifactRef } from '../../../contracts/run.ts';
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

interface Said {
  readonly verdict: 'approve' | 'reject';
  readonly by: string;
  readonly artifact: ArtifactRef | null;
  readonly messageId: string;
}
/** Sends a message and returns why it was refused; null where it counted. */
type Door = (run: string, said: Said) => Promise<string | null>;

const messageOf = (run: string, said: Said): ApprovalMessage => ({
  ...said,
  decisionId: ids.decision(run),
  comment: null,
  token: null,
  acknowledge: [],
});
const lateness = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const doors: Readonly<Record<string, Door>> = {
  update: async (run, said) => {
    try {
      const receipt = await temporal.workflow
        .getHandle(run)
        .executeUpdate<ApprovalReceipt, [ApprovalMessage]>(said.verdict, { args: [messageOf(run, said)], updateId: said.messageId });
      return receipt.refusedBecause;
    } catch (error) {
      return lateness(error);
    }
  },
  // A signal answers nobody: what came of it stands in the audit log.
  signal: async (run, said) => {
    const entries = async () =>
      (await client.audit({ subject: run })).filter((entry) => entry.actor === said.by && entry.action.startsWith(said.verdict));
    const before = (await entries()).length;
    try {
      await temporal.workflow.getHandle(run).signal(said.verdict, messageOf(run, said));
    } catch (error) {
      return lateness(error);
    }
    const entry = await until('the signal stands in the audit log', async () => {
      const now = await entries();
      return now.length > before && now[0];
    });
    return (entry.detail.refusedBecause as string | null) ?? null;
  },
  http: async (run, { verdict, by, artifact, messageId }) => {
    try {
      const { refusedBecause } = await client.runs[verdict](run, { by, artifact, requestId: messageId });
      return refusedBecause;
    } catch (error) {
      if (error instanceof TunegateError) return error.message;
      throw error;
    }
  },
};

const otherArtifact: ArtifactRef = `sha256:${'0'.repeat(64)}`;
let messages = 0;
const said = (artifact: ArtifactRef | null, change: Partial<Said> = {}): Said => ({
  verdict: 'approve',
  by: 'ada',
  artifact,
  messageId: `door-${messages++}`,
  ...change,
});
const outcomeOf = async (run: string) => (await client.runs.wait(run)).document.outcome;
const waiting = async (name: string, approval = {}) => {
  const run = await startTiny(client, tinySpec(name, { approval }));
  const { decision } = await asked(client, run);
  if (!decision) throw new Error(`${run} asks nothing`);
  return { run, artifact: decision.artifact };
};

describe.each(Object.entries(doors))('an approval by %s', (name, send) => {
  test('of another artifact is stale, and the right one deploys', async () => {
    const { run, artifact } = await waiting(`${name}-stale`);
    expect(await send(run, said(otherArtifact))).toContain('stale');
    expect(await send(run, said(artifact))).toBeNull();
    expect(await outcomeOf(run)).toBe('deployed');
  });

  test('that arrives twice counts once', async () => {
    const { run, artifact } = await waiting(`${name}-twice`, { required: 2 });
    const once = said(artifact);
    expect(await send(run, once)).toBeNull();
    await send(run, once);
    expect(await send(run, said(artifact))).toContain('another person');
    expect((await client.runs.status(run)).state).toBe('waiting-for-approval');
    expect(await send(run, said(artifact, { by: 'bob' }))).toBeNull();
    const { document } = await client.runs.wait(run);
    expect(document.outcome).toBe('deployed');
    const counted = (await client.audit({ subject: run })).filter((entry) => entry.action === 'approve').map((entry) => entry.actor);
    expect(counted.toSorted()).toEqual(['ada', 'bob']);
  });

  test('before the run asks is refused in words and leaves nothing behind', async () => {
    const run = await startTiny(client, tinySpec(`${name}-early`, { approval: { required: 1 } }));
    await client.runs.pause(run, 'ada');
    await client.runs.wait(run, { until: (s) => s.state === 'paused' });
    expect(await send(run, said(otherArtifact))).toMatch(/no decision waits|does not wait for a decision yet/);
    await client.runs.resume(run, 'ada');
    const { decision } = await asked(client, run);
    expect(await send(run, said(decision?.artifact ?? null))).toBeNull();
    expect(await outcomeOf(run)).toBe('deployed');
  });

  test('after the run has ended finds nobody', async () => {
    const { run, artifact } = await waiting(`${name}-late`);
    expect(await send(run, said(artifact, { verdict: 'reject' }))).toBeNull();
    expect(await outcomeOf(run)).toBe('rejected');
    expect(await send(run, said(artifact))).toMatch(/ended|completed|not found/i);
    expect(await outcomeOf(run)).toBe('rejected');
  });

  test('after nobody answered in time finds nobody', async () => {
    const { run, artifact } = await waiting(`${name}-expired`, { timeout: '1s' });
    expect(await outcomeOf(run)).toBe('rejected');
    expect(await send(run, said(artifact))).toMatch(/ended|completed|not found/i);
    const actions = (await client.audit({ subject: run })).map((entry) => entry.action);
    expect(actions).toContain('decision closed');
    expect(actions).not.toContain('approve');
  });

  test('after the question was escalated deploys', async () => {
    const { run, artifact } = await waiting(`${name}-escalated`, { timeout: '3s', escalateTo: ['lead'] });
    await until('the question was escalated', async () =>
      (await client.audit({ subject: run })).some((entry) => entry.action === 'decision escalated'),
    );
    expect(await send(run, said(artifact))).toBeNull();
    expect(await outcomeOf(run)).toBe('deployed');
  });

  test('and a rejection at the same moment: one of them counts, and the run ends by it', async () => {
    const { run, artifact } = await waiting(`${name}-conflict`);
    const [yes, no] = await Promise.all([send(run, said(artifact)), send(run, said(artifact, { verdict: 'reject', by: 'eve' }))]);
    expect([yes, no].filter((refused) => refused === null)).toHaveLength(1);
    expect(await outcomeOf(run)).toBe(yes === null ? 'deployed' : 'rejected');
  });
});
