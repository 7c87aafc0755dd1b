import type { Client as TemporalClient } from '@temporalio/client';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, createClient } from '../../../client/index.ts';
import type { DecisionRequest } from '../../../contracts/api.ts';
import type { ApprovalMessage, ApprovalReceipt } from '../../../contracts/messages.ts';
import type { SpecChange } from '../../support/tiny-pipeline.ts';
import { signApproval } from '../../../domain/approval/token.ts';
import { partNames } from '../../../workers/stack/part.ts';
import { type JwtIssuer, startJwtIssuer } from '../../support/jwt-issuer.ts';
import { type OwnStack, ownStack } from '../../support/own-stack.ts';
import { temporalOf } from '../../support/temporal-of.ts';
import { asked, clientOf, startTiny, tinySpec } from '../../support/tiny-pipeline.ts';
import { until } from '../../support/until.ts';

let own: OwnStack;
let issuer: JwtIssuer;
let first: Client;
let temporal: TemporalClient;
const keys = new Map<string, string>();

beforeAll(async () => {
  issuer = await startJwtIssuer();
  own = await ownStack(partNames, { TUNEGATE_JWT_ISSUER: issuer.url });
  const stack = await own.start();
  first = clientOf(stack);
  temporal = await temporalOf(stack);
  for (const [name, roles] of [
    ['ada', ['operator', 'approver']],
    ['bob', ['approver']],
    ['lea', ['lead']],
    ['vera', ['viewer']],
  ] as const)
    keys.set(name, (await first.keys.create({ name, roles })).key);
});
afterAll(async () => {
  await temporal?.connection.close();
  await own?.end();
  issuer?.close();
});

const keyOf = (name: string): string => keys.get(name) ?? '';
const as = (name: string): Client => createClient({ url: first.connection.url, key: keyOf(name) });

async function waiting(name: string, change: SpecChange = {}, by: Client = first) {
  const run = await startTiny(by, tinySpec(name, change));
  const { decision } = await asked(first, run);
  if (!decision) throw new Error(`${run} asks nothing: ${JSON.stringify((await first.runs.status(run)).document.error)}`);
  return { run, decision };
}
const inFuture = 600_000;
const tokenOf = (name: string, decision: DecisionRequest, change: { evidence?: string; inMs?: number } = {}): string =>
  signApproval(keyOf(name), {
    decisionId: decision.id,
    evidence: change.evidence ?? decision.evidence,
    expiresAtMs: Date.now() + (change.inMs ?? inFuture),
  });
const update = (run: string, decision: DecisionRequest, by: string, token: string | null): Promise<ApprovalReceipt> => {
  const messageId = `m-${Math.random()}`;
  const { id: decisionId, artifact } = decision;
  const message: ApprovalMessage = { decisionId, artifact, by, token, verdict: 'approve', comment: null, acknowledge: [], messageId };
  return temporal.workflow.getHandle(run).executeUpdate('approve', { args: [message], updateId: messageId });
};
const refusal = async (...sent: Parameters<typeof update>) => (await update(...sent)).refusedBecause;
const documentOf = async (run: string) => (await first.runs.wait(run)).document;

describe('once identities are configured, an approval', () => {
  test('counts from a key with the role and the name, and is recorded as verified', async () => {
    const { run, decision } = await waiting('by-key');
    await expect(as('ada').runs.approve(run, { by: 'bob', artifact: decision.artifact })).rejects.toMatchObject({
      code: 'conflict',
      message: 'the key belongs to ada, not to bob',
    });
    await expect(first.runs.approve(run, { by: 'ada', artifact: decision.artifact })).rejects.toThrow('the key belongs to first, not to ada');
    await expect(as('vera').runs.approve(run, { by: 'vera', artifact: decision.artifact })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await as('ada').runs.approve(run, { by: 'ada', artifact: decision.artifact })).toMatchObject({ counted: true });
    expect(await documentOf(run)).toMatchObject({ outcome: 'deployed', approval: { by: 'ada', verified: true } });
  });

  test('without a proof, or with one that is cut, old, or made for other evidence, is refused by update', async () => {
    const { run, decision } = await waiting('by-update');
    expect(await refusal(run, decision, 'ada', null)).toContain('needs a token');
    expect(await refusal(run, decision, 'ada', 'tga1.nobody')).toContain('no API key that is in force');
    expect(await refusal(run, decision, 'ada', tokenOf('ada', decision, { inMs: -1 }))).toContain('has expired');
    expect(await refusal(run, decision, 'ada', tokenOf('ada', decision, { evidence: 'sha256:other' }))).toContain('not signed for this decision');
    expect(await refusal(run, decision, 'ada', tokenOf('bob', decision))).toContain('belongs to bob');
    expect(await refusal(run, decision, 'ada', tokenOf('ada', decision))).toBeNull();
    expect(await documentOf(run)).toMatchObject({ outcome: 'deployed', approval: { verified: true } });
  });

  test('by signal is held to the same proof, and what was refused stands in the audit log', async () => {
    const { run, decision } = await waiting('by-signal');
    const message: ApprovalMessage = {
      decisionId: decision.id,
      artifact: decision.artifact,
      by: 'ada',
      verdict: 'approve',
      comment: null,
      acknowledge: [],
      token: null,
      messageId: 'unproved',
    };
    const { token: _, ...withoutToken } = message;
    await temporal.workflow.getHandle(run).signal('approve', withoutToken);
    const entry = await until('the refusal is recorded', async () =>
      (await first.audit({ subject: run })).find((e) => e.action === 'approve refused'),
    );
    expect(entry.detail.refusedBecause).toContain('needs a token');
    await temporal.workflow.getHandle(run).signal('approve', { ...message, token: tokenOf('ada', decision), messageId: 'proved' });
    expect(await documentOf(run)).toMatchObject({ outcome: 'deployed', approval: { by: 'ada', verified: true } });
  });

  test('of one’s own run needs another person, unless the file lets it pass', async () => {
    const { run, decision } = await waiting('own-run', {}, as('ada'));
    await expect(as('ada').runs.approve(run, { by: 'ada', artifact: decision.artifact })).rejects.toThrow('another person must approve it');
    await as('bob').runs.approve(run, { by: 'bob', artifact: decision.artifact });
    expect(await documentOf(run)).toMatchObject({ outcome: 'deployed', approval: { by: 'bob' } });

    const allowed = await waiting('own-run-allowed', { approval: { selfApproval: true } }, as('ada'));
    await as('ada').runs.approve(allowed.run, { by: 'ada', artifact: allowed.decision.artifact });
    expect((await documentOf(allowed.run)).outcome).toBe('deployed');
  });

  test('of somebody with a role of the file’s own counts only once the question was escalated to it', async () => {
    const { run, decision } = await waiting('escalated', { approval: { timeout: '4s', escalateTo: ['lead'] } });
    await expect(as('lea').runs.approve(run, { by: 'lea', artifact: decision.artifact })).rejects.toThrow('none of the roles approver');
    await until('the question was escalated', async () => (await first.audit({ subject: run })).some((e) => e.action === 'decision escalated'));
    await as('lea').runs.approve(run, { by: 'lea', artifact: decision.artifact });
    expect(await documentOf(run)).toMatchObject({ outcome: 'deployed', approval: { by: 'lea', verified: true } });
  });

  test('with a revoked key is refused', async () => {
    const made = await first.keys.create({ name: 'rob', roles: ['approver'] });
    keys.set('rob', made.key);
    const { run, decision } = await waiting('revoked');
    const token = tokenOf('rob', decision);
    await first.keys.revoke(made.id);
    expect(await refusal(run, decision, 'rob', token)).toContain('no API key that is in force');
    await as('bob').runs.reject(run, { by: 'bob', comment: null });
  });
});

describe('a token of the JWT issuer', () => {
  const claimsOf = ({ id, evidence }: DecisionRequest, change: Readonly<Record<string, unknown>> = {}) => ({
    sub: 'u-17',
    email: 'carol@example.com',
    roles: ['approver'],
    decision: id,
    evidence,
    ...change,
  });

  test('proves a person by any of the names that it gives, by update and by HTTP', async () => {
    const { run, decision } = await waiting('jwt', { approval: { required: 2 } });
    expect(await refusal(run, decision, 'carol@example.com', await issuer.token(claimsOf(decision)))).toBeNull();
    expect(await refusal(run, decision, 'u-17', await issuer.token(claimsOf(decision)))).toContain('another person');
    const token = await issuer.token(claimsOf(decision, { sub: 'u-18', email: 'dan@example.com' }));
    await as('bob').runs.approve(run, { by: 'dan@example.com', artifact: decision.artifact, token });
    expect(await documentOf(run)).toMatchObject({ outcome: 'deployed', approval: { by: 'dan@example.com', verified: true } });
  });

  test('proves nothing when it is old, foreign, of another audience, without the role, or for another decision', async () => {
    const { run, decision } = await waiting('jwt-refused');
    const send = async (token: string) => refusal(run, decision, 'u-17', token);
    expect(await send(await issuer.token(claimsOf(decision), '-1s'))).toContain('has expired');
    expect(await send(await issuer.token(claimsOf(decision, { decision: 'another' })))).toContain('not made for this decision');
    expect(await send(await issuer.token(claimsOf(decision, { evidence: 'sha256:old' })))).toContain('not made for this decision');
    expect(await send(await issuer.token(claimsOf(decision, { roles: ['viewer'] })))).toContain('none of the roles');
    expect(await send(await issuer.token(claimsOf(decision, { sub: 'u-18' })))).toContain('belongs to u-18');
    const { privateKey } = await generateKeyPair('ES256');
    const forged = new SignJWT(claimsOf(decision)).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).setIssuer(issuer.url);
    expect(await send(await forged.setAudience('tunegate').setExpirationTime('10m').sign(privateKey))).toContain('not valid');
    expect(await send(`${(await issuer.token(claimsOf(decision))).split('.').slice(0, 2).join('.')}.`)).toContain('not valid');
    await as('bob').runs.reject(run, { by: 'bob', comment: null });
    expect(await documentOf(run)).toMatchObject({ outcome: 'rejected' });
  });
});
