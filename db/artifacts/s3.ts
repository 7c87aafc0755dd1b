import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { TunegateError } from '../../contracts/errors.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { type ArtifactStore, artifactStore, missing } from './store.ts';

/**
 * Artifacts as objects in any S3-compatible store. Address, region and credentials come from the standard `AWS_*` variables;
 * with `AWS_ENDPOINT_URL` or `AWS_ENDPOINT_URL_S3` set, buckets are addressed by path, as most self-hosted stores want it.
 */
export function s3Store(location: { bucket: string; prefix: string }): ArtifactStore {
  const isSelfHosted = Boolean(process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL);
  const client = new S3Client({
    forcePathStyle: isSelfHosted,
    region: process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1',
    // Newer checksums are unknown to many compatible stores, and every content is checked by its own hash anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const keyOf = (ref: ArtifactRef) => `${location.prefix ? `${location.prefix}/` : ''}sha256/${ref.slice('sha256:'.length)}`;
  const where = (ref: ArtifactRef) => `s3://${location.bucket}/${keyOf(ref)}`;
  const target = (ref: ArtifactRef) => ({ Bucket: location.bucket, Key: keyOf(ref) });

  const has = async (ref: ArtifactRef): Promise<boolean> => {
    try {
      await client.send(new HeadObjectCommand(target(ref)));
      return true;
    } catch (cause) {
      if (isMissing(cause)) return false;
      throw described(cause, where(ref));
    }
  };
  const body = async (ref: ArtifactRef): Promise<Readable> => {
    try {
      const { Body } = await client.send(new GetObjectCommand(target(ref)));
      if (!(Body instanceof Readable)) throw missing(ref, where(ref));
      return Body;
    } catch (cause) {
      throw isMissing(cause) ? missing(ref, where(ref), cause) : described(cause, where(ref));
    }
  };
  const write = async (ref: ArtifactRef, content: Uint8Array | Readable, length: number): Promise<void> => {
    try {
      await client.send(new PutObjectCommand({ ...target(ref), Body: content, ContentLength: length }));
    } catch (cause) {
      throw described(cause, where(ref));
    }
  };

  return artifactStore({
    has,
    where,
    write: (ref, bytes) => write(ref, bytes, bytes.byteLength),
    // The name is the hash of everything, so the content is gathered on disk first.
    writeStream: async (chunks) => {
      const folder = await mkdtemp(join(tmpdir(), 'tunegate-'));
      try {
        const path = join(folder, randomUUID());
        const hash = createHash('sha256');
        let length = 0;
        const counted = async function* () {
          for await (const chunk of chunks) {
            hash.update(chunk);
            length += chunk.byteLength;
            yield chunk;
          }
        };
        await pipeline(counted, createWriteStream(path));
        const ref: ArtifactRef = `sha256:${hash.digest('hex')}`;
        if (!(await has(ref))) await write(ref, createReadStream(path), length);
        return ref;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    read: async (ref) => buffer(await body(ref)),
    readStream: async function* (ref) {
      yield* await body(ref);
    },
  });
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && ['NoSuchKey', 'NotFound'].includes(cause.name);
}

function described(cause: unknown, where: string): unknown {
  if (!(cause instanceof Error) || cause instanceof TunegateError) return cause;
  const isBucket = cause.name === 'NoSuchBucket';
  const isCredentials = /Credential|AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|Forbidden/.test(cause.name);
  if (isBucket)
    return new TunegateError('not_found', 'the bucket of ARTIFACTS_URL does not exist', {
      where,
      remedy: 'create it, or correct ARTIFACTS_URL',
      cause,
    });
  if (isCredentials)
    return new TunegateError('forbidden', `the object store refused: ${cause.message}`, {
      where,
      remedy: 'check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the bucket policy',
      cause,
    });
  return cause;
}
