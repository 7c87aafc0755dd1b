import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ArtifactRef } from '../contracts/run.ts';

/** SHA-256 as 64 hex digits. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** RFC 8785: the same value gives the same text, whatever the order of its keys. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('the value has no JSON form');
  return text;
}

/** Content address of a JSON value: equals the artifact store's address for it. */
export const refOf = (value: unknown): ArtifactRef => `sha256:${sha256(canonicalJson(value))}`;
