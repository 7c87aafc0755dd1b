import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { TunegateError } from '../../contracts/errors.ts';

/** Who a token speaks for, and what for. */
export interface JwtClaims {
  /** Every name that the issuer gives the person: subject, name, e-mail address. */
  readonly names: readonly string[];
  readonly roles: readonly string[];
  readonly decisionId: string | null;
  readonly evidence: string | null;
}
/** Reads a token that the configured issuer signed. Returns why it proves nothing, where it does not. */
export type JwtVerifier = (token: string) => Promise<JwtClaims | { readonly fault: string }>;

export const isJwt = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token) && token.startsWith('ey');

/**
 * A verifier for tokens of one OpenID Connect issuer: `TUNEGATE_JWT_ISSUER`, `TUNEGATE_JWT_AUDIENCE` (default `tunegate`) and, where the issuer's
 * discovery document does not name it, `TUNEGATE_JWKS_URL`. Null where no issuer is configured. Signing keys are fetched when they are first needed.
 */
export function openJwtVerifier(env: Readonly<Record<string, string | undefined>>): JwtVerifier | null {
  const issuer = env.TUNEGATE_JWT_ISSUER;
  if (!issuer) return null;
  const audience = env.TUNEGATE_JWT_AUDIENCE || 'tunegate';
  let keys: Promise<ReturnType<typeof createRemoteJWKSet>> | null = null;
  const keysOf = async () => createRemoteJWKSet(new URL(env.TUNEGATE_JWKS_URL || (await discover(issuer))));
  return async (token) => {
    keys ??= keysOf().catch((error: unknown) => {
      keys = null;
      throw error;
    });
    try {
      const { payload } = await jwtVerify(token, await keys, { issuer, audience, requiredClaims: ['exp', 'sub'] });
      const text = (value: unknown) => (typeof value === 'string' && value !== '' ? [value] : []);
      return {
        names: [payload.sub, payload.name, payload.email, payload.preferred_username].flatMap(text),
        roles: [payload.roles].flat().flatMap(text),
        decisionId: text(payload.decision)[0] ?? null,
        evidence: text(payload.evidence)[0] ?? null,
      };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { fault: 'the approval token has expired' };
      // Keys that cannot be fetched are an outage and no answer to the person.
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout))
        return { fault: `the approval token is not valid: ${error.message}` };
      throw error;
    }
  };
}

async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(url);
  const { jwks_uri: found } = answer.ok ? ((await answer.json()) as { jwks_uri?: string }) : {};
  if (found) return found;
  throw new TunegateError('bad_spec', 'the JWT issuer does not say where its keys are', { where: url, remedy: 'set TUNEGATE_JWKS_URL' });
}
