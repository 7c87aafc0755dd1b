import type { Artifact } from '../../contracts/artifact.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { trainingOfWeights } from '../../db/queries/jobs.ts';
import { loadManifest } from '../dataset/manifest.ts';
import type { ActivityDeps } from '../deps.ts';
import { loadRun } from '../run/spec.ts';
import { startingArtifact } from '../training/start.ts';

/** Training rows of the models that a run's candidates went on from (`startFrom`), and of those that these went on from: what a candidate has seen too. */
export async function earlierTraining(deps: ActivityDeps, spec: PipelineSpec): Promise<ArtifactRef[]> {
  const pending = startsOf(spec);
  const seen = new Set<string>();
  const rows = new Set<ArtifactRef>();
  for (let start = pending.pop(); start !== undefined; start = pending.pop()) {
    if (seen.has(start)) continue;
    seen.add(start);
    const { weights } = await deps.store.getJson<Artifact>(await startingArtifact(deps, start));
    for (const { dataset, run } of weights === null ? [] : await trainingOfWeights(deps.db, weights)) {
      rows.add((await loadManifest(deps, dataset)).train);
      if (run !== null) pending.push(...startsOf((await loadRun(deps, run)).spec));
    }
  }
  return [...rows];
}

const startsOf = (spec: PipelineSpec): string[] => spec.candidates.tuned.flatMap(({ startFrom }) => (startFrom ? [startFrom] : []));
