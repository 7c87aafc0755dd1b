import type { Artifact } from '../../contracts/artifact.ts';
import { daysUntil, type EndpointAtRisk } from '../../contracts/drill.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { endpointVersions } from '../../db/queries/endpoints.ts';
import { baseOfModel } from '../../db/queries/jobs.ts';
import type { Services } from '../services.ts';

/** Every version that an endpoint serves, or would serve again, and that stands on the base; `model` is its name, with or without the provider's. */
export async function endpointsAtRisk({ db, artifacts, prices }: Services, model: string, today: string): Promise<EndpointAtRisk[]> {
  const versions = await endpointVersions(db);
  const described = await Promise.all(
    versions.map(async ({ endpoint, serves, version }): Promise<EndpointAtRisk> => {
      const { provider, base: served } = await artifacts.getJson<Artifact>(version.artifact as ArtifactRef);
      const base = (await baseOfModel(db, provider, served)) ?? served;
      const retirement = prices.find(provider, base)?.retirement ?? null;
      const daysLeft = retirement?.shutdown ? daysUntil(retirement.shutdown, today) : null;
      return {
        endpoint,
        serves,
        arm: version.arm,
        artifact: version.artifact as ArtifactRef,
        run: version.run,
        provider,
        base,
        retirement,
        daysLeft,
      };
    }),
  );
  const isMeant = ({ provider, base }: EndpointAtRisk) => {
    const aliases = prices.find(provider, base)?.aliases ?? [];
    return [base, ...aliases].some((name) => model === name || model === `${provider}/${name}`);
  };
  return described.filter(isMeant);
}
