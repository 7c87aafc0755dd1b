/** Artifacts as the gateway serves them: read once, deployed once per process, and again when the provider has lost them. */
import type { Artifact } from '../../contracts/artifact.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { ProviderError } from '../../providers/provider.ts';
import type { Services } from '../services.ts';

const kept = 32;

export interface ServedModel {
  readonly artifact: Artifact;
  readonly model: string;
}
export interface ServedModels {
  /** Runs `use` with the deployed model; deploys again and repeats once when the provider says that it is not there. */
  with<T>(ref: ArtifactRef, use: (served: ServedModel) => Promise<T>): Promise<T>;
}

export function servedModels(services: Pick<Services, 'artifacts' | 'providers'>): ServedModels {
  const served = new Map<ArtifactRef, Promise<ServedModel>>();

  const load = async (ref: ArtifactRef): Promise<ServedModel> => {
    const artifact = await services.artifacts.getJson<Artifact>(ref);
    const { weights } = artifact;
    const model = await services.providers(artifact.provider).deploy({
      base: artifact.base,
      weights: weights ? { sha256: weights.slice('sha256:'.length), read: () => services.artifacts.get(weights) } : null,
    });
    return { artifact, model };
  };
  const get = (ref: ArtifactRef): Promise<ServedModel> => {
    const known = served.get(ref) ?? load(ref);
    // Re-inserting keeps what is asked for most recently.
    served.delete(ref);
    served.set(ref, known);
    known.catch(() => served.delete(ref));
    const oldest = served.keys().next();
    if (served.size > kept && !oldest.done) served.delete(oldest.value);
    return known;
  };

  return {
    with: async (ref, use) => {
      try {
        return await use(await get(ref));
      } catch (error) {
        if (!(error instanceof ProviderError && error.status === 404)) throw error;
        served.delete(ref);
        return use(await get(ref));
      }
    },
  };
}
