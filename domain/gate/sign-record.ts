/** Signing and checking decision records. Ed25519 over canonical JSON: the same record and key always give the same signature. */
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { TunegateError } from '../../contracts/errors.ts';
import type { DecisionRecord, SignedRecord } from '../../contracts/record.ts';
import { canonicalJson } from '../hash.ts';

/** `sha256:` and 64 hex digits, over the public key's SPKI bytes: what a verifier is told by another way than the record. */
export function fingerprintOf(key: KeyObject): string {
  const publicKey = key.type === 'public' ? key : createPublicKey(key);
  return `sha256:${createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')}`;
}

export const publicPemOf = (privateKey: KeyObject): string => createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();

/** @param privateKey an Ed25519 private key */
export function signRecord(record: DecisionRecord, privateKey: KeyObject): SignedRecord {
  return {
    record,
    signature: {
      algorithm: 'Ed25519',
      publicKey: publicPemOf(privateKey),
      fingerprint: fingerprintOf(privateKey),
      value: sign(null, Buffer.from(canonicalJson(record)), privateKey).toString('base64'),
    },
  };
}

/**
 * The record, if the key with that fingerprint signed exactly it. The fingerprint must come by another way than the record itself.
 *
 * @param fingerprint with or without `sha256:`, in any case
 * @throws TunegateError `record_invalid`: not a record, signed by another key, or changed since
 */
export function verifyRecord(document: unknown, fingerprint: string): DecisionRecord {
  const refuse = (message: string, remedy: string): never => {
    throw new TunegateError('record_invalid', message, { remedy });
  };
  const asked = `sha256:${fingerprint
    .trim()
    .toLowerCase()
    .replace(/^sha256:/, '')}`;
  if (!/^sha256:[0-9a-f]{64}$/.test(asked))
    refuse('the fingerprint is not sha256: and 64 hex digits', 'ask for it where the record was signed: tunegate keys signing');
  if (!isSigned(document)) return refuse('this is not a decision record', 'write one with: tunegate report RUN --record FILE');
  const { record, signature } = document;
  const key = readKey(signature.publicKey);
  if (key === null || key.asymmetricKeyType !== 'ed25519') return refuse('the record holds no Ed25519 public key', 'ask for the record again');
  if (fingerprintOf(key) !== asked)
    return refuse(
      `the record is signed by another key, ${fingerprintOf(key)}`,
      'check where the fingerprint came from: whoever can write a record can sign it with a key of their own',
    );
  const isGenuine = verify(null, Buffer.from(canonicalJson(record)), key, Buffer.from(signature.value, 'base64'));
  if (!isGenuine) return refuse('the record was changed after it was signed', 'ask for the record again; do not act on this one');
  return record;
}

function isSigned(document: unknown): document is SignedRecord {
  const { record, signature } = (document ?? {}) as Partial<SignedRecord>;
  return record?.kind === 'tunegate.decision' && typeof signature?.publicKey === 'string' && typeof signature.value === 'string';
}

function readKey(pem: string): KeyObject | null {
  try {
    return createPublicKey(pem);
  } catch {
    return null;
  }
}
