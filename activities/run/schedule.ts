import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { glob } from 'tinyglobby';
import type { UploadedFile } from '../../contracts/api.ts';
import type { ScheduledRunInput } from '../../contracts/messages.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { openRun } from '../../db/queries/runs.ts';
import { hashSpec } from '../../domain/spec/hash-spec.ts';
import { readableFiles } from './may-read.ts';
import type { ActivityDeps } from '../deps.ts';

type Files = ScheduledRunInput['files'];

/** Opens the run of a schedule's action on what the source holds now. `trigger` makes a repeated call return the same run. */
export async function openRunOfSchedule(
  deps: ActivityDeps,
  input: ScheduledRunInput,
  trigger: string,
): Promise<{ run: string; specRef: ArtifactRef }> {
  const spec = await deps.store.getJson<PipelineSpec>(input.specRef);
  const files = await currentFiles(deps, input);
  const { run, specRef } = await openRun(deps.db, {
    name: spec.name,
    specHash: hashSpec(spec),
    specRef: input.specRef,
    sources: { files, baseDir: input.baseDir },
    idempotencyKey: trigger,
    requestedBy: `schedule ${input.schedule}`,
    budgetMicroUsd: spec.budget ? Math.round(spec.budget.usd * 1e6) : null,
  });
  return { run, specRef };
}

/** The files of a schedule as they are now where this worker can see them, else as they were uploaded. What a pattern matches by now belongs to it too. */
export async function currentFiles(deps: Pick<ActivityDeps, 'store' | 'environment'>, { files, baseDir }: ScheduledRunInput): Promise<Files> {
  const mayRead = await readableFiles(deps);
  const known = await Promise.all(
    Object.entries(files).map(async ([key, file]) => [key, (await mayRead(file.origin)) ? await current(deps, file) : file] as const),
  );
  const patterns =
    baseDir === null ? [] : [...new Set(Object.keys(files).flatMap((key) => (key.includes('#') ? [key.slice(0, key.indexOf('#'))] : [])))];
  const added = await Promise.all(
    patterns.map(async (pattern) => {
      const found = await glob(pattern.replace(/^\.\//, ''), { cwd: baseDir as string, onlyFiles: true, expandDirectories: false });
      const isNew = found.filter((path) => !(`${pattern}#${path}` in files));
      const readable = await Promise.all(isNew.map((path) => mayRead(resolve(baseDir as string, path))));
      const unknown = isNew.filter((_, i) => readable[i]);
      return Promise.all(unknown.map(async (path) => [`${pattern}#${path}`, await upload(deps, resolve(baseDir as string, path))] as const));
    }),
  );
  return Object.fromEntries([...known, ...added.flat()]);
}

async function current(deps: Pick<ActivityDeps, 'store'>, file: UploadedFile): Promise<UploadedFile> {
  const bytes = await readFile(file.origin).catch(() => null);
  if (bytes === null || `sha256:${createHash('sha256').update(bytes).digest('hex')}` === file.ref) return file;
  return { ...file, ref: await deps.store.put(bytes), bytes: bytes.length };
}

async function upload(deps: Pick<ActivityDeps, 'store'>, origin: string): Promise<UploadedFile> {
  const bytes = await readFile(origin);
  return { ref: await deps.store.put(bytes), bytes: bytes.length, origin };
}
