import type { Artifact } from '../../contracts/artifact.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { Arm, FrozenDataset } from '../../contracts/plan.ts';
import { baseOfModel } from '../../db/queries/jobs.ts';
import { judgeLicences, type LicenceEvidence, type LicensedModel } from '../../domain/gate/judge-licences.ts';
import { loadManifest } from '../dataset/manifest.ts';
import type { ActivityDeps } from '../deps.ts';
import { modelOf } from '../../domain/provider-model.ts';

/** What the licences say that an arm rests on: its base's, and the teacher's where synthetic rows are among those that it learned from. */
export async function licencesOf(deps: ActivityDeps, spec: PipelineSpec, arm: Arm, dataset: FrozenDataset): Promise<LicenceEvidence[]> {
  const { provider, base: served } = await deps.store.getJson<Artifact>(arm.artifact);
  // A hosted service names a tuned model anew: its licence is that of the base it came from.
  const base = (await baseOfModel(deps.db, provider, served)) ?? served;
  const licensed = (role: LicensedModel['role'], at: string, model: string): LicensedModel => ({
    role,
    provider: at,
    base: model,
    terms: deps.cost.prices.find(at, model)?.licence ?? null,
  });
  const { synthetic } = await loadManifest(deps, dataset.hash);
  const teacher = arm.kind === 'tuned' && synthetic > 0 && spec.synthesis ? modelOf(spec.synthesis.teacher) : null;
  const isOwnTeacher = teacher?.provider === provider && teacher.model === base;
  const isAccepted = spec.synthesis?.acknowledgeTerms === true;
  return judgeLicences([
    licensed('base', provider, base),
    ...(teacher && !isOwnTeacher ? [{ ...licensed('teacher', teacher.provider, teacher.model), isAccepted }] : []),
  ]);
}
