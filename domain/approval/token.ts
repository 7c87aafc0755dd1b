/**
 * Approval tokens: `tga1.<key id>.<expiry, epoch ms>.<HMAC-SHA-256>` over decision, evidence and expiry.
 * The HMAC's secret is the SHA-256 of the API key, which is all that the server stores of it: who holds the key can sign,
 * and the server can check without ever keeping the key.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export interface TokenClaims {
  readonly keyId: string;
  readonly decisionId: string;
  readonly evidence: string;
  readonly expiresAtMs: number;
}

export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Public part of an API key: `tg_<id>_<secret>`. */
export const keyIdOf = (key: string): string => key.split('_')[1] ?? '';

const mac = (keyHash: string, claims: TokenClaims) =>
  createHmac('sha256', keyHash)
    .update(['tga1', claims.keyId, claims.decisionId, claims.evidence, String(claims.expiresAtMs)].join('\n'))
    .digest('base64url');

/** @example signApproval(apiKey, { decisionId, evidence, expiresAtMs }) */
export function signApproval(key: string, bound: Omit<TokenClaims, 'keyId'>): string {
  const claims = { keyId: keyIdOf(key), ...bound };
  return ['tga1', claims.keyId, String(claims.expiresAtMs), mac(hashKey(key), claims)].join('.');
}

export const keyIdOfToken = (token: string): string | null => (token.startsWith('tga1.') ? (token.split('.')[1] ?? null) : null);

/** Why a token does not prove what it should; `null` when it does. */
export function tokenFault(token: string, keyHash: string, expected: { decisionId: string; evidence: string }, nowMs: number): string | null {
  const [version, keyId, expiry, signature] = token.split('.');
  if (version !== 'tga1' || !keyId || !expiry || !signature) return 'the approval token is malformed';
  const expiresAtMs = Number(expiry);
  const wanted = Buffer.from(mac(keyHash, { keyId, ...expected, expiresAtMs }));
  const given = Buffer.from(signature);
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return 'the approval token was not signed for this decision and evidence';
  if (!(nowMs < expiresAtMs)) return 'the approval token has expired';
  return null;
}
