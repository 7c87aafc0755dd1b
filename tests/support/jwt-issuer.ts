/** An OpenID Connect issuer as far as tokens need one: a discovery document, its keys, and tokens on request. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface JwtIssuer {
  readonly url: string;
  /** @param expires a date, or a span from now such as `10m` or `-1s` */
  readonly token: (claims: Readonly<Record<string, unknown>>, expires?: string) => Promise<string>;
  readonly close: () => void;
}

export async function startJwtIssuer(): Promise<JwtIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  const server = createServer((request, response) => {
    const document = request.url?.endsWith('/jwks') ? { keys: [jwk] } : { issuer: url, jwks_uri: `${url}/jwks` };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    token: (claims, expires = '10m') =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .setIssuer(url)
        .setAudience('tunegate')
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(privateKey),
    close: () => server.close(),
  };
}
