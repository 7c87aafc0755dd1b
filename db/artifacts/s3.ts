import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { ArtifactRef } from '../../contracts/run.ts';
import { isMissingObject, openS3Client, storeRefusal } from './s3-client.ts';
import { type ArtifactStore, artifactStore, missing } from './store.ts';

/** Artifacts as objects in any S3-compatible store. */
export function s3Store(location: { bucket: string; prefix: string }): ArtifactStore {
  const client = openS3Client();
  const keyOf = (ref: ArtifactRef) => `${location.prefix ? `${location.prefix}/` : ''}sha256/${ref.slice('sha256:'.length)}`;
  const where = (ref: ArtifactRef) => `s3://${location.bucket}/${keyOf(ref)}`;
  const target = (ref: ArtifactRef) => ({ Bucket: location.bucket, Key: keyOf(ref) });

  const has = async (ref: ArtifactRef): Promise<boolean> => {
    try {
      await client.send(new HeadObjectCommand(target(ref)));
      return true;
    } catch (cause) {
      if (isMissingObject(cause)) return false;
      throw storeRefusal(cause, where(ref), 'ARTIFACTS_URL');
    }
  };
  const body = async (ref: ArtifactRef): Promise<Readable> => {
    try {
      const { Body } = await client.send(new GetObjectCommand(target(ref)));
      if (!(Body instanceof Readable)) throw missing(ref, where(ref));
      return Body;
    } catch (cause) {
      throw isMissingObject(cause) ? missing(ref, where(ref), cause) : storeRefusal(cause, where(ref), 'ARTIFACTS_URL');
    }
  };
  const write = async (ref: ArtifactRef, content: Uint8Array | Readable, length: number): Promise<void> => {
    try {
      await client.send(new PutObjectCommand({ ...target(ref), Body: content, ContentLength: length }));
    } catch (cause) {
      throw storeRefusal(cause, where(ref), 'ARTIFACTS_URL');
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
