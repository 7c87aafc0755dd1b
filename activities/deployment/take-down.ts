import type { Artifact } from '../../contracts/artifact.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { endpointVersions } from '../../db/queries/endpoints.ts';
import { beginTakedown, endHosting, type Hosting, leaveHostings, standingHostings } from '../../db/queries/hostings.ts';
import { settleHosting } from '../cost/hosting.ts';
import type { ActivityDeps } from '../deps.ts';

type HostingDeps = Pick<ActivityDeps, 'db' | 'store' | 'providers'>;

/** A run needs a provider's deployments no more: those that nobody else needs are taken down. */
export async function leaveDeployments(deps: HostingDeps, run: string, provider: string, signal: AbortSignal): Promise<void> {
  await leaveHostings(deps.db, run, provider);
  await takeDownIdle(deps, await standingHostings(deps.db, provider), signal);
}

/** Brings the ledger up to now for all that stands, and takes down what neither an open run nor an endpoint needs. The worker does it every minute. */
export async function tendDeployments(deps: HostingDeps, signal?: AbortSignal): Promise<void> {
  const standing = await standingHostings(deps.db);
  for (const hosting of standing) if (hosting.served) await settleHosting(deps, hosting, new Date(), false);
  await takeDownIdle(deps, standing, signal);
}

async function takeDownIdle(deps: HostingDeps, standing: readonly Hosting[], signal?: AbortSignal): Promise<void> {
  if (standing.length === 0) return;
  const serving = await servedModels(deps);
  for (const hosting of standing) {
    const { id, provider, model, served } = hosting;
    if (serving.has(`${provider}/${model}`) || !(await beginTakedown(deps.db, id, new Date()))) continue;
    await deps.providers(provider).undeploy(served ?? model, signal ? { signal } : {});
    const now = new Date();
    await settleHosting(deps, hosting, now, true);
    await endHosting(deps.db, id, now);
  }
}

/** Champions, and those that a roll-back or a canary would serve. */
async function servedModels(deps: HostingDeps): Promise<ReadonlySet<string>> {
  const refs = [...new Set((await endpointVersions(deps.db)).map(({ version }) => version.artifact))];
  const artifacts = await Promise.all(refs.map((ref) => deps.store.getJson<Artifact>(ref as ArtifactRef)));
  return new Set(artifacts.map(({ provider, base }) => `${provider}/${base}`));
}
