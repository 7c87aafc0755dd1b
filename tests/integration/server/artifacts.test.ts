import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { serverUnderTest } from './server-under-test.ts';

const refOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}` as const;

test('an upload of several megabytes comes back as it went in', async () => {
  const { client } = await serverUnderTest();
  const bytes = randomBytes(9_000_001);
  expect(await client.artifacts.has(refOf(bytes))).toBe(false);
  expect(await client.artifacts.put(refOf(bytes), bytes)).toEqual({ ref: refOf(bytes), bytes: bytes.byteLength });
  expect(await client.artifacts.has(refOf(bytes))).toBe(true);
  expect(Buffer.compare(await client.artifacts.get(refOf(bytes)), bytes)).toBe(0);
});

test('content under a wrong hash is refused and not found under it', async () => {
  const { client } = await serverUnderTest();
  const wrong = refOf(randomBytes(8));
  await expect(client.artifacts.put(wrong, randomBytes(100))).rejects.toMatchObject({ code: 'artifact_corrupt' });
  expect(await client.artifacts.has(wrong)).toBe(false);
  await expect(client.artifacts.get(wrong)).rejects.toMatchObject({ code: 'artifact_missing' });
});

test('what is no reference is said to be none', async () => {
  const { client } = await serverUnderTest();
  await expect(client.artifacts.get('sha256:../../api-key')).rejects.toMatchObject({ code: 'not_found' });
});
