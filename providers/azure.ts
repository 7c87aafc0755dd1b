/**
 * Azure OpenAI in Foundry: the OpenAI shape for data and jobs, Azure Resource Manager for deployments, which cost by the hour.
 * Jobs: as typed by the package `openai`. Deployments: compared on 2026-11-27 with the types of `@azure/arm-cognitiveservices` 8.1.0 (api-version
 * 2025-09-01). That Azure keeps no metadata, so that a job is found by its training file's name, is from learn.microsoft.com and memory, and unconfirmed.
 */
import { hosted } from './capabilities.ts';
import { openAiShape } from './openai-shape.ts';
import { relativeHyperparameters } from './openai.ts';
import { catalogPrice } from './price.ts';
import { ProviderError } from './provider.ts';
import { type Rest, restClient } from './rest.ts';
import { mebibytes, type Patience, type ProviderRow, type Variables } from './row.ts';
import { waitUntilReady } from './wait-until-ready.ts';

const apiVersion = { 'api-version': '2025-09-01' };
const capabilities = {
  ...hosted,
  batch: true,
  pause: true,
  methods: ['full'],
  deployment: 'separate',
  limits: { minimumRows: 10, maximumRows: null, maximumBytes: mebibytes(512), maximumValidationRows: null },
} as const;

export const azure: ProviderRow = {
  name: 'azure',
  title: 'Azure OpenAI (Foundry)',
  requires: ['AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_API_KEY', 'AZURE_SUBSCRIPTION_ID', 'AZURE_RESOURCE_GROUP', 'AZURE_OPENAI_RESOURCE'],
  capabilities,
  open: (variables, patience) => {
    const { required } = variables;
    const key = required('AZURE_OPENAI_API_KEY');
    const deployments = deploymentsOf(variables, patience);
    return openAiShape({
      name: 'azure',
      baseURL: `${required('AZURE_OPENAI_ENDPOINT').replace(/\/$/, '')}/openai/v1`,
      apiKey: key,
      headers: { 'api-key': key },
      capabilities,
      findBy: 'suffix',
      hyperparameters: relativeHyperparameters,
      price: (base) => catalogPrice('azure', base),
      patience,
      deploy: (_, { base }, signal) => (isTuned(base) ? deployments.create(base, signal) : Promise.resolve(base)),
      undeploy: (_, name, signal) => deployments.remove(name, signal),
    });
  },
};

const isTuned = (model: string) => /\.ft-|^ft:/.test(model);

/** A deployment's name is made from the model's, so that asking twice asks for the same one. */
const deploymentName = (model: string) =>
  model
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(-60)
    .replace(/^-+|-+$/g, '');

interface Deployment {
  readonly properties?: { readonly provisioningState?: string };
}

function deploymentsOf({ required, optional }: Variables, patience: Patience) {
  const account = `/subscriptions/${required('AZURE_SUBSCRIPTION_ID')}/resourceGroups/${required('AZURE_RESOURCE_GROUP')}/providers/Microsoft.CognitiveServices/accounts/${required('AZURE_OPENAI_RESOURCE')}`;
  const manage: Rest = restClient({
    provider: 'azure',
    baseURL: optional('AZURE_MANAGEMENT_URL') ?? 'https://management.azure.com',
    headers: async () => ({ authorization: `Bearer ${await managementToken({ required, optional }, patience)}` }),
    timeoutMs: patience.timeoutMs,
  });
  const path = (name: string) => `${account}/deployments/${name}`;
  return {
    create: async (model: string, signal: AbortSignal | undefined): Promise<string> => {
      const name = deploymentName(model);
      const body = {
        sku: { name: optional('AZURE_DEPLOYMENT_SKU') ?? 'Standard', capacity: 1 },
        properties: { model: { format: 'OpenAI', name: model, version: '1' } },
      };
      const standing = await manage<Deployment>('GET', path(name), { query: apiVersion, signal }).catch(absent);
      if (!standing) await manage('PUT', path(name), { query: apiVersion, json: body, signal });
      await waitUntilReady({ provider: 'azure', what: `deployment ${name}`, patience, signal }, async () => {
        const state = (await manage<Deployment>('GET', path(name), { query: apiVersion, signal })).properties?.provisioningState ?? 'Creating';
        if (state === 'Succeeded') return { state: 'ready' };
        return ['Failed', 'Canceled', 'Disabled', 'Deleting'].includes(state) ? { state: 'failed', reason: state } : { state: 'waiting' };
      });
      return name;
    },
    remove: async (name: string, signal: AbortSignal | undefined): Promise<void> => {
      await manage('DELETE', path(name), { query: apiVersion, signal }).catch(absent);
    },
  };
}

const absent = (error: unknown): null => {
  if (error instanceof ProviderError && error.status === 404) return null;
  throw error;
};

/** A token that you bring, or one by client credentials: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow. */
async function managementToken({ required, optional }: Variables, patience: Patience): Promise<string> {
  const own = optional('AZURE_MANAGEMENT_TOKEN');
  if (own) return own;
  const login = restClient({ provider: 'azure', baseURL: 'https://login.microsoftonline.com', headers: () => ({}), timeoutMs: patience.timeoutMs });
  const form = new FormData();
  form.set('grant_type', 'client_credentials');
  form.set('client_id', required('AZURE_CLIENT_ID'));
  form.set('client_secret', required('AZURE_CLIENT_SECRET'));
  form.set('scope', 'https://management.azure.com/.default');
  return (await login<{ access_token: string }>('POST', `/${required('AZURE_TENANT_ID')}/oauth2/v2.0/token`, { form })).access_token;
}
