/**
 * Together's dedicated endpoints, API v2. An endpoint is a name that requests are sent to; a deployment below it binds a model to a config (engine and
 * hardware) and has replicas, billed by the minute while they run; the endpoint's traffic split says which deployment answers.
 *
 * Compared on 2026-11-27, field by field, with the types of `together` 3.1.1 (PyPI), in which this API has left its beta, of `together-ai` 0.52.0
 * (npm, 2026-09-12), and with docs.together.ai/docs/dedicated-endpoints/migrate-from-v1. The API before it takes no new endpoint: it answers 403
 * `endpoints_v1_create_access_disabled` (github.com/togethercomputer/skills, 2026-08-18).
 */
import { createHash } from 'node:crypto';
import { expectField } from './errors.ts';
import { type Provider, ProviderError } from './provider.ts';
import type { Rest } from './rest.ts';
import type { Patience } from './row.ts';
import { waitUntilReady } from './wait-until-ready.ts';

export interface Serving {
  /** Id or resource name of a config; null: the one with the fewest GPUs that the model has. */
  readonly config: string | null;
  /** After which an endpoint that nobody asks stops by itself; 0: never. */
  readonly inactiveMinutes: number;
}

interface Page<Item> {
  readonly data?: readonly Item[];
  readonly next_cursor?: string | null;
}
interface Deployment {
  readonly id?: string;
  readonly status?: { readonly state?: string; readonly message?: string };
}
interface Endpoint {
  readonly id?: string;
  readonly name?: string;
  readonly deployments?: readonly Deployment[];
  readonly trafficSplit?: readonly { readonly deploymentId: string; readonly weight: number }[];
}
interface Config {
  readonly id: string;
  readonly projectId: string;
  readonly selectors?: readonly { readonly key: string; readonly value: string }[];
}

/** A completed job's model in the registry. Bases are called by names. */
export const isRegistered = (model: string): boolean => model.startsWith('ml_');
/** Ours, as `deploy` names them: `<project>/tg-…`. */
export const isEndpoint = (model: string): boolean => /\/tg-[0-9a-f]{16}$/.test(model);

/** Made from the model's id, so that asking twice asks for the same one. */
const endpointName = (model: string) => `tg-${createHash('sha256').update(model).digest('hex').slice(0, 16)}`;
const running = { minReplicas: 1, maxReplicas: 1 } as const;
const stopped = { minReplicas: 0, maxReplicas: 0 } as const;

/** `v1` tells the project of the key, `v2` has the endpoints. */
export function dedicatedEndpoints(v1: Rest, v2: Rest, patience: Patience, serving: Serving): Pick<Provider, 'deploy' | 'undeploy'> {
  const projectOf = async (signal: AbortSignal | undefined) =>
    expectField('together', (await v1<{ project_id?: string }>('GET', '/whoami', { signal })).project_id, 'a project id', false);
  const waiting = (what: string, signal: AbortSignal | undefined) => ({ provider: 'together', what, patience, signal });

  async function find(project: string, name: string, signal: AbortSignal | undefined): Promise<Endpoint | null> {
    let after: string | undefined;
    do {
      const page = await v2<Page<Endpoint>>('GET', `/projects/${project}/endpoints`, { query: { limit: '500', after }, signal });
      const found = page.data?.find((endpoint) => endpoint.name?.split('/').at(-1) === name);
      if (found) return found;
      after = page.next_cursor || undefined;
    } while (after);
    return null;
  }

  async function findOrCreate(project: string, name: string, signal: AbortSignal | undefined): Promise<Endpoint> {
    const standing = await find(project, name, signal);
    if (standing) return standing;
    // 409 where the list was behind: the next try finds it.
    return v2<Endpoint>('POST', `/projects/${project}/endpoints`, { json: { name }, signal });
  }

  async function configOf(project: string, model: string, signal: AbortSignal | undefined): Promise<string> {
    const { config } = serving;
    if (config) return config.includes('/') ? config : `projects/${project}/configs/${config}`;
    const { data = [] } = await v2<Page<Config>>('GET', `/projects/${project}/configs`, { query: { referenceModel: model }, signal });
    const [cheapest] = data.toSorted((a, b) => gpusOf(a) - gpusOf(b) || Number(isBalanced(b)) - Number(isBalanced(a)) || a.id.localeCompare(b.id));
    if (!cheapest) throw new ProviderError('together', 'never', `together: no config serves ${model}; name one in TOGETHER_CONFIG`);
    return `projects/${cheapest.projectId}/configs/${cheapest.id}`;
  }

  async function deploymentOf(project: string, endpoint: Endpoint, base: string, signal: AbortSignal | undefined): Promise<string> {
    const [standing] = endpoint.deployments ?? [];
    if (standing?.id) return standing.id;
    const model = `projects/${project}/models/${base}`;
    const json = {
      name: 'serving',
      model,
      config: await configOf(project, model, signal),
      autoscaling: running,
      ...(serving.inactiveMinutes > 0 ? { inactiveTimeout: serving.inactiveMinutes } : {}),
    };
    const made = await v2<Deployment>('POST', `/projects/${project}/endpoints/${endpoint.id}/deployments`, { json, signal });
    return expectField('together', made.id, 'a deployment id', false);
  }

  const scale = (path: string, autoscaling: typeof running | typeof stopped, signal: AbortSignal | undefined) =>
    v2('PATCH', path, { query: { updateMask: 'autoscaling' }, json: { autoscaling }, signal });
  const route = (path: string, deployments: readonly string[], signal: AbortSignal | undefined) =>
    v2('PATCH', path, {
      query: { updateMask: 'trafficSplit' },
      json: { trafficSplit: deployments.map((deploymentId) => ({ deploymentId, weight: 1 })) },
      signal,
    });

  /** Billing ends when it has stopped; only then may it be deleted. */
  async function remove(path: string, signal: AbortSignal | undefined): Promise<void> {
    if ((await scale(path, stopped, signal).catch(absent)) === null) return;
    await waitUntilReady(waiting(`stopping ${path}`, signal), async () => {
      const state = (await v2<Deployment>('GET', path, { signal }).catch(absent))?.status?.state;
      return { state: state === undefined || state === 'DEPLOYMENT_STATE_STOPPED' || state === 'DEPLOYMENT_STATE_FAILED' ? 'ready' : 'waiting' };
    });
    await v2('DELETE', path, { signal }).catch(absent);
  }

  return {
    deploy: async ({ base }, { signal } = {}) => {
      if (!isRegistered(base)) return base;
      const project = await projectOf(signal);
      const endpoint = await findOrCreate(project, endpointName(base), signal);
      const name = expectField('together', endpoint.name, 'an endpoint name', false);
      const path = `/projects/${project}/endpoints/${expectField('together', endpoint.id, 'an endpoint id', false)}`;
      const deployment = await deploymentOf(project, endpoint, base, signal);
      if (!endpoint.trafficSplit?.some((entry) => entry.deploymentId === deployment)) await route(path, [deployment], signal);
      await waitUntilReady(waiting(`endpoint ${name}`, signal), async () => {
        const { status } = await v2<Deployment>('GET', `${path}/deployments/${deployment}`, { signal });
        if (status?.state === 'DEPLOYMENT_STATE_READY') return { state: 'ready' };
        if (status?.state === 'DEPLOYMENT_STATE_FAILED') return { state: 'failed', reason: status.message ?? status.state };
        if (status?.state === 'DEPLOYMENT_STATE_STOPPED') await scale(`${path}/deployments/${deployment}`, running, signal);
        return { state: 'waiting' };
      });
      return name;
    },

    undeploy: async (model, { signal } = {}) => {
      const project = await projectOf(signal);
      const endpoint = await find(project, isRegistered(model) ? endpointName(model) : (model.split('/').at(-1) ?? model), signal);
      if (!endpoint?.id) return;
      const path = `/projects/${project}/endpoints/${endpoint.id}`;
      if (endpoint.trafficSplit?.length) await route(path, [], signal).catch(absent);
      for (const { id } of endpoint.deployments ?? []) await remove(`${path}/deployments/${id}`, signal);
      await v2('DELETE', path, { signal }).catch(absent);
    },
  };
}

const selector = ({ selectors = [] }: Config, key: string) => selectors.find((s) => s.key === key)?.value;
const gpusOf = (config: Config): number => Number(selector(config, 'accelerator_count') ?? Number.POSITIVE_INFINITY);
const isBalanced = (config: Config): boolean => selector(config, 'optimization') === 'balanced';

const absent = (error: unknown): null => {
  if (error instanceof ProviderError && error.status === 404) return null;
  throw error;
};
