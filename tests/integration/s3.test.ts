import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openArtifacts } from '../../db/artifacts/open.ts';
import { collect } from '../support/collect.ts';
import { type ObjectStore, startObjectStore } from '../support/object-store.ts';

const helloRef = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
let server: ObjectStore;
let client: S3Client;

beforeAll(async () => {
  server = await startObjectStore();
  Object.assign(process.env, { AWS_ENDPOINT_URL: server.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' });
  client = new S3Client({ forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'artifacts' }));
});
afterAll(() => server?.close());

describe('artifacts in an S3-compatible store', () => {
  it('come back as they were put, by bytes, JSON and lines', async () => {
    const store = openArtifacts('s3://artifacts/some/prefix');
    expect(await store.put(Buffer.from('hello'))).toBe(helloRef);
    expect(Buffer.from(await store.get(helloRef)).toString()).toBe('hello');
    expect(await store.getJson(await store.putJson({ a: 1 }))).toEqual({ a: 1 });
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ id: i, text: `ü ${i}` }));
    expect(await collect(store.getLines(await store.putLines(rows)))).toEqual(rows);
  });

  it('are checked when they are read', async () => {
    const store = openArtifacts('s3://artifacts/checked');
    await store.put(Buffer.from('hello'));
    await client.send(new PutObjectCommand({ Bucket: 'artifacts', Key: `checked/sha256/${helloRef.slice(7)}`, Body: 'jello' }));
    await expect(store.get(helloRef)).rejects.toMatchObject({ code: 'artifact_corrupt', where: expect.stringContaining('s3://artifacts/checked') });
  });

  it('are named when they are missing, and so is a bucket', async () => {
    await expect(openArtifacts('s3://artifacts/empty').get(helloRef)).rejects.toMatchObject({ code: 'artifact_missing' });
    await expect(openArtifacts('s3://nowhere').put(Buffer.from('x'))).rejects.toMatchObject({
      code: 'not_found',
      where: expect.stringContaining('s3://nowhere'),
    });
  });
});
