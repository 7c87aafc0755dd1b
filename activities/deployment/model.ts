import type { Artifact } from '../../contracts/artifact.ts';
import type { ActivityDeps } from '../deps.ts';

/** Makes an artifact's model answer, and returns the name under which it does. Repeating it changes nothing. */
export function deployModel(deps: Pick<ActivityDeps, 'store' | 'providers'>, artifact: Artifact, signal?: AbortSignal): Promise<string> {
  const { weights } = artifact;
  return deps
    .providers(artifact.provider)
    .deploy(
      { base: artifact.base, weights: weights ? { sha256: weights.slice('sha256:'.length), read: () => deps.store.get(weights) } : null },
      signal ? { signal } : {},
    );
}
