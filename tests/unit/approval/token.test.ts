import { describe, expect, test } from 'vitest';
import { hashKey, keyIdOf, keyIdOfToken, signApproval, tokenFault } from '../../../domain/approval/token.ts';

const key = 'tg_k1_c2VjcmV0';
const bound = { decisionId: 'd', evidence: 'sha256:e', expiresAtMs: 2_000 };
const expected = { decisionId: 'd', evidence: 'sha256:e' };

describe('an approval token', () => {
  const token = signApproval(key, bound);
  test("names its key and proves itself to whoever holds the key's hash", () => {
    expect(keyIdOfToken(token)).toBe(keyIdOf(key));
    expect(tokenFault(token, hashKey(key), expected, 1_000)).toBeNull();
  });
  test('does not hold for another decision or other evidence', () => {
    expect(tokenFault(token, hashKey(key), { ...expected, decisionId: 'x' }, 1_000)).toContain('not signed for this');
    expect(tokenFault(token, hashKey(key), { ...expected, evidence: 'x' }, 1_000)).toContain('not signed for this');
  });
  test('does not hold under another key', () => expect(tokenFault(token, hashKey('tg_k1_other'), expected, 1_000)).toContain('not signed'));
  test('ends at its expiry, and its expiry cannot be moved', () => {
    expect(tokenFault(token, hashKey(key), expected, 2_000)).toContain('expired');
    expect(tokenFault(token.replace('.2000.', '.9000.'), hashKey(key), expected, 2_000)).toContain('not signed');
  });
  test('that is cut is malformed', () => expect(tokenFault('tga1.k1', hashKey(key), expected, 0)).toContain('malformed'));
});
