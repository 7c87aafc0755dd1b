import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { UploadedFile } from '../../contracts/api.ts';
import type { ScheduledRunInput } from '../../contracts/messages.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { openRun } from '../../db/queries/runs.ts';
import { hashSpec } from '../../domain/spec/hash-spec.ts';
import type { ActivityDeps } from '../deps.ts';

/** Opens the run of a schedule's action on what the source holds now. `trigger` makes a repeated call return the same run. */
export async function openRunOfSchedule(
  deps: ActivityDeps,
  input: ScheduledRunInput,
  trigger: string,
): Promise<{ run: string; specRef: ArtifactRef }> {
  const spec = await deps.store.getJson<PipelineSpec>(input.specRef);
  const files = Object.fromEntries(
    await Promise.all(Object.entries(input.files).map(async ([path, file]) => [path, await current(deps, file)] as const)),
  );
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

/** The file as it is now where this worker can see it, else as it was uploaded. */
async function current(deps: ActivityDeps, file: UploadedFile): Promise<UploadedFile> {
  const bytes = await readFile(file.origin).catch(() => null);
  if (bytes === null || `sha256:${createHash('sha256').update(bytes).digest('hex')}` === file.ref) return file;
  return { ...file, ref: await deps.store.put(bytes), bytes: bytes.length };
}
