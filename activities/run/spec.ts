import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { runById } from '../../db/queries/run-end.ts';
import type { ActivityDeps } from '../deps.ts';
import type { StartRunRequest } from '../../contracts/api.ts';

/** The spec as it was stored when the run began: checked then, with every default filled in. */
export const loadSpec = (deps: Pick<ActivityDeps, 'store'>, ref: ArtifactRef): Promise<PipelineSpec> => deps.store.getJson<PipelineSpec>(ref);

export interface RunContext {
  readonly spec: PipelineSpec;
  readonly files: StartRunRequest['files'];
}

export async function loadRun(deps: ActivityDeps, run: string): Promise<RunContext> {
  const row = await runById(deps.db, run);
  const sources = row.sources as Pick<StartRunRequest, 'files'>;
  return { spec: await loadSpec(deps, row.specRef as ArtifactRef), files: sources.files };
}
