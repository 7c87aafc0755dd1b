import type { EndpointDocument, EndpointVersion } from '../../contracts/api.ts';

/** Champion, or the canary for its share of requests. `draw` is uniform in [0, 1). */
export function chooseVersion(endpoint: EndpointDocument, draw: number): { version: EndpointVersion; isTrial: boolean } | null {
  const { champion, canary } = endpoint;
  if (canary && (champion === null || draw < canary.share)) return { version: canary, isTrial: true };
  return champion ? { version: champion, isTrial: canary !== null } : null;
}
