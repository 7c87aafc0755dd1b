import type { Artifact } from '../../contracts/artifact.ts';
import { baseOfModel } from '../../db/queries/jobs.ts';
import { abandonHosting, type Hosting, hostingAnswers, joinHosting } from '../../db/queries/hostings.ts';
import { ProviderError } from '../../providers/provider.ts';
import { reserveHosting } from '../cost/hosting.ts';
import { priceFor } from '../cost/reserve.ts';
import type { ActivityDeps } from '../deps.ts';

/**
 * Makes an artifact's model answer, and returns the name under which it does. Repeating it changes nothing. Where a tuned model stands on a deployment
 * of its own its first hour is reserved before, and the run is written down as one that needs it.
 *
 * @throws BudgetExceeded before anything is deployed
 */
export async function deployModel(deps: ActivityDeps, run: string, artifact: Artifact, signal?: AbortSignal): Promise<string> {
  const { weights, base } = artifact;
  const provider = deps.providers(artifact.provider);
  const options = signal ? { signal } : {};
  const model = { base, weights: weights ? { sha256: weights.slice('sha256:'.length), read: () => deps.store.get(weights) } : null };
  const tunedFrom = provider.capabilities.deployment === 'separate' ? await baseOfModel(deps.db, artifact.provider, base) : null;
  if (tunedFrom === null) return provider.deploy(model, options);
  const hosting = await beginHosting(deps, run, { provider: artifact.provider, model: base, base: tunedFrom });
  const served = await provider.deploy(model, options);
  await hostingAnswers(deps.db, hosting.id, served);
  return served;
}

async function beginHosting(
  deps: ActivityDeps,
  run: string,
  { provider, model, base }: { provider: string; model: string; base: string },
): Promise<Hosting> {
  const billing = (await priceFor(deps, run, provider, base))?.hosting ?? null;
  const hosting = await joinHosting(deps.db, { provider, model, run, billing }, new Date());
  if (!hosting) throw new ProviderError(provider, 'retry', `${model} is just being taken down`, { retryAfterMs: 2_000 });
  if (hosting.served !== null) return hosting;
  try {
    await reserveHosting(deps, hosting);
  } catch (error) {
    await abandonHosting(deps.db, hosting.id);
    throw error;
  }
  return hosting;
}
