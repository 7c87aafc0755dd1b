/** Where a candidate's training begins: `startFrom` names an artifact, or a run with one tuned arm. */
import type { Artifact } from '../../contracts/artifact.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { TunedSpec } from '../../contracts/pipeline-spec.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { readArms } from '../../db/queries/run-arms.ts';
import { findRun } from '../../db/queries/runs.ts';
import type { ActivityDeps } from '../deps.ts';

const isRef = (text: string): text is ArtifactRef => /^sha256:[0-9a-f]{64}$/.test(text);

export interface StartingModel {
  readonly artifact: ArtifactRef;
  /** The name under which the provider holds it. */
  readonly model: string;
}

/** The model that training goes on from, held by the provider under its own name; null for one that begins at its base. */
export async function startingModel(deps: ActivityDeps, tuned: TunedSpec): Promise<StartingModel | null> {
  if (!tuned.startFrom) return null;
  const ref = await startingArtifact(deps, tuned.startFrom);
  const { provider, base, weights } = await deps.store.getJson<Artifact>(ref);
  const problem =
    provider !== tuned.provider
      ? `was tuned at ${provider}, not at ${tuned.provider}`
      : base !== tuned.base
        ? `was tuned from ${base}, not from ${tuned.base}`
        : weights === null
          ? 'has no weights of its own'
          : null;
  if (problem !== null || weights === null)
    throw new TunegateError('not_supported', `the model to start from ${problem}`, {
      where: tuned.startFrom,
      remedy: 'name an artifact that was tuned from the same base at the same provider',
    });
  const read = () => deps.store.get(weights);
  return { artifact: ref, model: await deps.providers(provider).deploy({ base, weights: { sha256: weights.slice('sha256:'.length), read } }) };
}

/** @param text an artifact, or a run with one tuned arm */
export async function startingArtifact(deps: ActivityDeps, text: string): Promise<ArtifactRef> {
  return isRef(text) ? text : tunedArmOf(deps, text);
}

async function tunedArmOf(deps: ActivityDeps, text: string): Promise<ArtifactRef> {
  const run = await findRun(deps.db, text);
  const arms = (await readArms(deps.db, run.id, null)).map(({ document }) => document).filter(({ kind }) => kind === 'tuned');
  if (arms.length === 1 && arms[0]) return arms[0].artifact as ArtifactRef;
  throw new TunegateError(arms.length === 0 ? 'not_found' : 'ambiguous', `${run.id} has ${arms.length} tuned arms`, {
    where: text,
    remedy:
      arms.length === 0
        ? 'name a run that has tuned a model'
        : `name one's artifact: ${arms.map(({ name, artifact }) => `${name} ${artifact}`).join(', ')}`,
  });
}
