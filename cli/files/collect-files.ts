import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import type { UploadedFile } from '../../contracts/api.ts';
import { TunegateError } from '../../contracts/errors.ts';
import { type SpecFile, specFiles } from '../../domain/spec/spec-files.ts';
import { unreadable } from './read-file.ts';
import type { Pipeline } from './read-pipeline.ts';

export interface LocalFile {
  readonly path: string;
  readonly role: SpecFile['role'];
  readonly key: string;
}

const climbsBehindWildcard = /[*?[\]{}].*(?:^|[\\/{,])\.\.(?:[\\/},]|$)/;

/**
 * The files of a pipeline on this machine. A plain path is its own key; what a glob matched is keyed `pattern#path`,
 * so that the worker knows which key of the spec it stands for.
 */
export async function localFiles(pipeline: Pipeline): Promise<LocalFile[]> {
  const lists = await Promise.all(
    specFiles(pipeline.spec).map(async ({ path, role, isGlob }): Promise<LocalFile[]> => {
      if (!isGlob) return [{ key: path, role, path: resolve(pipeline.dir, path) }];
      if (climbsBehindWildcard.test(path)) {
        throw new TunegateError('bad_spec', `the pattern '${path}' climbs out of what it matches; ${basename(pipeline.path)} names it`, {
          where: pipeline.dir,
          remedy: "write '..' before the first wildcard only",
        });
      }
      const found = (await glob(path.replace(/^\.\//, ''), { cwd: pipeline.dir, onlyFiles: true, expandDirectories: false })).sort();
      if (found.length === 0) {
        throw new TunegateError('file_missing', `no file matches '${path}'; ${basename(pipeline.path)} names it`, {
          where: pipeline.dir,
          remedy: 'check the pattern; relative paths start at the pipeline file',
        });
      }
      const matches = found.map((match) => ({ key: `${path}#${match}`, role, path: resolve(pipeline.dir, match) }));
      return withoutLinkedTwice(matches);
    }),
  );
  return lists.flat();
}

/** A file that links lead to by several ways is read once, by the first of its names. */
async function withoutLinkedTwice(files: readonly LocalFile[]): Promise<LocalFile[]> {
  const real = await Promise.all(files.map(({ path }) => realpath(path)));
  return files.filter((_, i) => real.indexOf(real[i] ?? '') === i);
}

/** Hashes every file of a pipeline as a stream; nothing is held in memory. */
export async function hashFiles(pipeline: Pipeline): Promise<Record<string, UploadedFile>> {
  const files: Record<string, UploadedFile> = {};
  for (const { key, path } of await localFiles(pipeline)) files[key] = await hashFile(path, basename(pipeline.path));
  return files;
}

async function hashFile(path: string, namedBy: string): Promise<UploadedFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.byteLength;
    }
  } catch (cause) {
    throw await unreadable(path, cause, namedBy);
  }
  return { ref: `sha256:${hash.digest('hex')}`, bytes, origin: path };
}
