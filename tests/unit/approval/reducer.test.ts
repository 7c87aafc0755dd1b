import { describe, expect, test } from 'vitest';
import type { ApprovalMessage } from '../../../contracts/messages.ts';
import { ask, count, expire, malformed, noDecision, refusal, remaining } from '../../../domain/approval/reducer.ts';

const artifact = `sha256:${'a'.repeat(64)}` as const;
const decision = { id: 'run/decision', artifact, evidence: 'e', required: 1, acknowledge: [] };
const message = (change: Partial<ApprovalMessage> = {}): ApprovalMessage => ({
  decisionId: 'run/decision',
  verdict: 'approve',
  by: 'ada',
  comment: null,
  artifact,
  token: null,
  acknowledge: [],
  messageId: 'm1',
  ...change,
});

describe('an approval', () => {
  test('counts once and closes a decision that asks for one person', () => {
    const state = ask(decision);
    expect(refusal(state, message())).toBeNull();
    expect(count(state, message()).closed).toBe('approved');
  });

  test('that comes before the question is refused as too early', () => expect(refusal(noDecision, message())).toContain('yet'));
  test('of another decision is refused', () => expect(refusal(ask(decision), message({ decisionId: 'other' }))).toContain('other'));
  test('of another artifact is refused as stale', () =>
    expect(refusal(ask(decision), message({ artifact: `sha256:${'b'.repeat(64)}` }))).toContain('stale'));
  test('that names no artifact is refused', () => expect(refusal(ask(decision), message({ artifact: null }))).toContain('artifact'));
  test('after the decision has expired is refused as late', () => expect(refusal(expire(ask(decision)), message())).toContain('expired'));
  test('that arrives a second time is refused as received', () => {
    const state = count(ask({ ...decision, required: 2 }), message());
    expect(refusal(state, message())).toContain('received before');
  });

  test('of the same person under another name does not stand for a second one', () => {
    const state = count(ask({ ...decision, required: 2 }), message({ by: 'Ada Lovelace' }), 'auth0|17');
    const again = message({ by: 'ada@example.com', messageId: 'm2' });
    expect(refusal(state, again, 'auth0|17')).toContain('another person');
    expect(refusal(state, again, 'auth0|18')).toBeNull();
  });

  test('of the same person does not stand for a second one', () => {
    const state = count(ask({ ...decision, required: 2 }), message());
    expect(state.closed).toBeNull();
    expect(remaining(state)).toBe(1);
    expect(refusal(state, message({ messageId: 'm2' }))).toContain('another person');
    expect(count(state, message({ messageId: 'm3', by: 'bob' })).closed).toBe('approved');
  });

  test('must name each warning that the gate wants acknowledged', () => {
    const state = ask({ ...decision, acknowledge: ['safety', 'bias'] });
    expect(refusal(state, message({ acknowledge: ['bias'] }))).toContain('safety');
    expect(refusal(state, message({ acknowledge: ['bias', 'safety'] }))).toBeNull();
  });
});

describe('a rejection', () => {
  test('closes the decision, whatever was approved before', () => {
    const state = count(ask({ ...decision, required: 2 }), message());
    expect(count(state, message({ verdict: 'reject', by: 'eve', messageId: 'm2' }))).toMatchObject({ closed: 'rejected', rejectedBy: 'eve' });
  });

  test('needs no artifact: whoever says no may not have looked', () =>
    expect(refusal(ask(decision), message({ verdict: 'reject', artifact: null }))).toBeNull());
  test('that conflicts with a counted approval is refused', () => {
    expect(refusal(count(ask(decision), message()), message({ verdict: 'reject', messageId: 'm2' }))).toContain('already approved');
  });
});

describe('the shape check', () => {
  test('passes a message as contracts define it', () => expect(malformed(message())).toBeNull());
  test.each([
    ['nothing', null, 'object'],
    ['a message without a sender', { ...message(), by: '' }, "'by'"],
    ['another verdict', { ...message(), verdict: 'maybe' }, "'verdict'"],
    ['a number for a comment', { ...message(), comment: 7 }, "'comment'"],
    ['acknowledgements that are no strings', { ...message(), acknowledge: [1] }, "'acknowledge'"],
    ['a message of a megabyte', { ...message(), comment: 'x'.repeat(1e6) }, 'longer'],
  ])('refuses %s', (_, value, fault) => expect(malformed(value)).toContain(fault));
});
