import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { DecisionRecord, SignedRecord } from '../../../contracts/record.ts';
import { fingerprintOf, signRecord, verifyRecord } from '../../../domain/gate/sign-record.ts';
import { openSigningKey } from '../../../workers/signing-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'tunegate-record-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const record: DecisionRecord = {
  version: 1,
  kind: 'tunegate.decision',
  run: 'fine-tune/support-triage/3f2a9c1e/1',
  name: 'support-triage',
  endpoint: 'support-triage',
  outcome: 'declined',
  requestedBy: 'Ada',
  decidedAt: '2026-11-22T18:46:02.000Z',
  endedAt: '2026-11-22T18:46:40.000Z',
  spec: { ref: 'sha256:aa', hash: 'aa' },
  dataset: { hash: 'sha256:bb', train: 'sha256:01', validation: 'sha256:02', test: 'sha256:03', rows: { train: 80, validation: 20, test: 40 } },
  model: null,
  arms: [
    {
      name: 'classical',
      kind: 'untuned',
      artifact: 'sha256:04',
      predictions: 'sha256:05',
      n: 40,
      metrics: { accuracy: { value: 0.9, low: 0.8, high: 0.95 } },
    },
  ],
  gate: { decision: 'reject', candidate: 'lora', comparisons: [], rowsNeeded: null, reasons: ['Tuning is not worth it here.'] },
  evidence: 'sha256:06',
  approval: { policy: { required: 1, roles: ['approver'], selfApproval: true }, given: [] },
  deployed: null,
  versions: { tunegate: '0.1.0' },
};
const { privateKey } = generateKeyPairSync('ed25519');
const signed = signRecord(record, privateKey);
const fingerprint = fingerprintOf(privateKey);

describe('a decision record', () => {
  test('is genuine for whoever knows the fingerprint, also after a trip through a file that orders keys anew', () => {
    const travelled = JSON.parse(JSON.stringify({ signature: signed.signature, record: Object.fromEntries(Object.entries(record).reverse()) }));
    expect(verifyRecord(travelled, fingerprint)).toEqual(record);
    expect(verifyRecord(travelled, fingerprint.slice('sha256:'.length).toUpperCase())).toEqual(record);
  });

  test.each([
    ['a metric', (r: SignedRecord) => ({ ...r, record: { ...r.record, arms: [{ ...r.record.arms[0], n: 41 }] } })],
    ['the outcome', (r: SignedRecord) => ({ ...r, record: { ...r.record, outcome: 'deployed' } })],
    ['an added key', (r: SignedRecord) => ({ ...r, record: { ...r.record, note: 'fine' } })],
    ['the signature', (r: SignedRecord) => ({ ...r, signature: { ...r.signature, value: Buffer.alloc(64).toString('base64') } })],
  ])('is refused when %s was changed', (_, change) => {
    expect(() => verifyRecord(change(signed), fingerprint)).toThrow('the record was changed after it was signed');
  });

  test('is refused when another key signed it, however genuine it looks in itself', () => {
    const other = signRecord({ ...record, outcome: 'deployed' }, generateKeyPairSync('ed25519').privateKey);
    expect(() => verifyRecord(other, fingerprint)).toThrow('the record is signed by another key, sha256:');
    const borrowed = { ...other, signature: { ...other.signature, publicKey: signed.signature.publicKey, fingerprint } };
    expect(() => verifyRecord(borrowed, fingerprint)).toThrow('changed after it was signed');
  });

  test.each([[null], [{}], [{ record: {}, signature: {} }], [{ record, signature: { ...signed.signature, publicKey: 'no key' } }]])(
    'is not made of %j',
    (document) => {
      expect(() => verifyRecord(document, fingerprint)).toThrow();
    },
  );

  test('is refused with a fingerprint that is none', () => {
    expect(() => verifyRecord(signed, 'sha256:4f2a')).toThrow('64 hex digits');
  });
});

describe('the signing key of an installation', () => {
  test('is made once, for its owner alone, and stays the same', () => {
    const file = join(folder, 'home', 'signing-key');
    const first = fingerprintOf(openSigningKey(null, file));
    expect(fingerprintOf(openSigningKey(null, file))).toBe(first);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'home'))).toEqual(['signing-key']);
  });

  test('may be given, and must be Ed25519', () => {
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(fingerprintOf(openSigningKey(pem, '/nowhere'))).toBe(fingerprint);
    const wrong = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => openSigningKey(wrong, '/nowhere')).toThrow('not an Ed25519 private key');
    expect(() => openSigningKey('hello', '/nowhere')).toThrow('not an Ed25519 private key');
  });
});

test('`tunegate verify` works in a place without a stack, and says no with exit code 1', () => {
  const file = join(folder, 'record.json');
  writeFileSync(file, JSON.stringify(signed));
  const verify = (key: string) =>
    execFileSync(process.execPath, ['cli/tunegate.mjs', 'verify', file, '--key', key, '--json'], {
      encoding: 'utf8',
      env: { ...process.env, TUNEGATE_HOME: join(folder, 'no-stack') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  expect(JSON.parse(verify(fingerprint))).toMatchObject({ valid: true, outcome: 'declined', decision: 'reject', approvedBy: [] });
  const refused = (() => {
    try {
      verify(`sha256:${'0'.repeat(64)}`);
      return null;
    } catch (error) {
      return error as { status: number; stdout: string };
    }
  })();
  expect(refused?.status).toBe(1);
  expect(JSON.parse(refused?.stdout ?? '')).toMatchObject({ error: { code: 'record_invalid' } });
}, 60_000);
