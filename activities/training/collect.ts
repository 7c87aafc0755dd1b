import type { Artifact } from '../../contracts/artifact.ts';
import type { Arm } from '../../contracts/plan.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { TunegateError } from '../../contracts/errors.ts';
import { jobByKey, recordWeights } from '../../db/queries/jobs.ts';
import { saveArm } from '../../db/queries/arms.ts';
import { bareTemplate, decodingOf, tunedTemplate } from '../../domain/prompt/template.ts';
import type { ActivityDeps } from '../deps.ts';
import { loadManifest } from '../dataset/manifest.ts';
import { retrievalOf } from '../knowledge/retrieval.ts';
import { loadRun } from '../run/spec.ts';
import type { TrainingInput } from './input.ts';
import type { SubmittedJob } from '../../contracts/plan.ts';

/** Takes a succeeded job's weights into the artifact store and writes down the arm they make. */
export async function storeTrainedArm(deps: ActivityDeps, input: TrainingInput & { job: SubmittedJob }): Promise<Arm> {
  const { candidate, job } = input;
  const weights = await storeWeights(deps, job);
  const { spec } = await loadRun(deps, input.run);
  const { task } = await loadManifest(deps, input.dataset.hash);
  const isTuned = 'seed' in candidate;
  const artifact: Artifact = {
    version: 1,
    provider: candidate.provider,
    base: weights.base,
    weights: weights.ref,
    task,
    prompt: isTuned ? tunedTemplate(task, spec.task.instruction, candidate.rag) : bareTemplate,
    decoding: decodingOf(task, spec.task),
    retrieval: isTuned && candidate.rag ? retrievalOf(spec, input.dataset) : null,
  };
  const ref = await deps.store.putJson(artifact);
  const recipe = isTuned ? candidate.recipe : undefined;
  const arm: Arm = {
    name: candidate.name,
    kind: isTuned ? 'tuned' : 'untuned',
    artifact: ref,
    provider: candidate.provider,
    ...(recipe === undefined ? {} : { recipe }),
  };
  // A trial is no arm of the run: the one that wins becomes one under its candidate's name.
  if (isTuned && candidate.trial) return arm;
  await saveArm(deps.db, input.run, arm, { model: candidate.base, jobKey: job.key });
  return isTuned && candidate.trial?.withoutSynthetic ? { ...arm, isAblation: true } : arm;
}

/** Where weights are portable the base keeps its name and the weights their hash; elsewhere the provider's model name is the base. */
async function storeWeights(deps: ActivityDeps, submitted: SubmittedJob): Promise<{ base: string; ref: ArtifactRef | null }> {
  const row = await jobByKey(deps.db, submitted.key);
  if (!row) throw new TunegateError('internal', `training key ${submitted.key} has no row`);
  const provider = deps.providers(submitted.provider);
  if (!provider.capabilities.portableWeights) {
    // Its base in the model's place would be evaluated, and served, as if it had been tuned.
    if (row.model === null)
      throw new TunegateError('job_failed', `job ${submitted.jobId} has succeeded and names no model`, { where: submitted.provider });
    return { base: row.model, ref: null };
  }
  const known = row.weightsRef as ArtifactRef | null;
  if (known && (await deps.store.has(known))) return { base: row.base, ref: known };
  const bytes = await provider.weights(await provider.job(submitted.jobId));
  if (!bytes) throw new TunegateError('job_failed', `job ${submitted.jobId} has no weights`, { where: submitted.provider });
  const ref = await deps.store.put(bytes);
  await recordWeights(deps.db, submitted.key, ref);
  return { base: row.base, ref };
}
