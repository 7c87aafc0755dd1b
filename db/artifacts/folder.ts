import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TunegateError } from '../../contracts/errors.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { type ArtifactStore, artifactStore, missing } from './store.ts';

/** Artifacts as files: `ab/cd/abcd…`. A file appears under its name only when it is complete and on the disk. */
export function folderStore(root: string): ArtifactStore {
  const pathOf = (ref: ArtifactRef) => {
    const hex = ref.slice('sha256:'.length);
    return join(root, hex.slice(0, 2), hex.slice(2, 4), hex);
  };

  const writeStream = async (chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<ArtifactRef> => {
    const temporary = join(root, 'incoming', randomUUID());
    const hash = createHash('sha256');
    try {
      await mkdir(dirname(temporary), { recursive: true });
      const file = await open(temporary, 'wx');
      try {
        for await (const chunk of chunks) {
          hash.update(chunk);
          await file.writeFile(chunk);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      const ref: ArtifactRef = `sha256:${hash.digest('hex')}`;
      await mkdir(dirname(pathOf(ref)), { recursive: true });
      await rename(temporary, pathOf(ref));
      await syncFolder(dirname(pathOf(ref)));
      return ref;
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw described(cause, root);
    }
  };

  return artifactStore({
    write: async (_ref, bytes) => {
      await writeStream([bytes]);
    },
    writeStream,
    read: (ref) =>
      readFile(pathOf(ref)).catch((cause) => {
        throw isMissing(cause) ? missing(ref, pathOf(ref), cause) : described(cause, pathOf(ref));
      }),
    readStream: async function* (ref) {
      try {
        yield* createReadStream(pathOf(ref), { highWaterMark: 262_144 });
      } catch (cause) {
        throw isMissing(cause) ? missing(ref, pathOf(ref), cause) : described(cause, pathOf(ref));
      }
    },
    has: (ref) =>
      access(pathOf(ref)).then(
        () => true,
        () => false,
      ),
    where: pathOf,
  });
}

/** Makes the rename itself survive a power cut; not every system lets a folder be opened. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

function isMissing(cause: unknown): boolean {
  return codeOf(cause) === 'ENOENT';
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

function described(cause: unknown, where: string): unknown {
  const code = codeOf(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new TunegateError('disk_full', 'the disk is full', { where, remedy: 'free some space and try again; nothing was lost', cause });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new TunegateError('file_unreadable', 'the artifact folder may not be written or read', {
      where,
      remedy: 'check who owns it, or set ARTIFACTS_URL to another place',
      cause,
    });
  }
  return cause;
}
