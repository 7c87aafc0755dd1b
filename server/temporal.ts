/** The connection to Temporal: the address and the standard `TEMPORAL_*` variables and profiles, TLS and API keys included. */
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { Logger } from 'pino';
import { TunegateError } from '../contracts/errors.ts';

/** Connects at the first call, so that the server starts while Temporal restarts. */
export function openTemporal(address: string): { client: Client; close: () => Promise<void> } {
  const config = loadClientConnectConfig();
  const connection = Connection.lazy({ ...config.connectionOptions, address });
  return { client: new Client({ connection, ...(config.namespace ? { namespace: config.namespace } : {}) }), close: () => connection.close() };
}

export const runAttribute = defineSearchAttributeKey('TunegateRun', SearchAttributeType.KEYWORD);
export const endpointAttribute = defineSearchAttributeKey('TunegateEndpoint', SearchAttributeType.KEYWORD);
/** Workflows keep the stage current where their run has the attributes, so that all of them are registered or none is used. */
const names = [runAttribute.name, endpointAttribute.name, 'TunegateStage'];

const keyword = 2;

/** Registers the search attributes where that is allowed. Returns whether workflows may be started with them. */
export async function ensureSearchAttributes(client: Client, log: Logger): Promise<boolean> {
  const { operatorService } = client.connection as Connection;
  const namespace = client.options.namespace;
  const unknown = async () => {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    return names.filter((name) => !(name in (customAttributes ?? {})));
  };
  try {
    const missing = await unknown();
    if (missing.length > 0)
      await operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])) });
    return true;
  } catch (error) {
    const isKnown = await unknown().then(
      (missing) => missing.length === 0,
      () => false,
    );
    if (!isKnown) log.warn({ error: String(error) }, `search attributes ${names.join(', ')} could not be registered; runs start without them`);
    return isKnown;
  }
}

/** A call that nothing answers is an error in words, not a request that hangs. */
export async function withDeadline<T>(client: Client, ms: number, call: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + ms, call);
  } catch (error) {
    if (isUnanswered(error)) {
      throw new TunegateError('temporal_unavailable', 'nothing took the message in time', {
        remedy: 'is a worker running? `tunegate doctor` says which part does not answer; `tunegate start` restarts what is missing',
        cause: error,
      });
    }
    throw error;
  }
}

function isUnanswered(error: unknown): boolean {
  for (let e: unknown = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    if (e.name === 'WorkflowUpdateRPCTimeoutOrCancelledError') return true;
    const code = 'code' in e ? e.code : null;
    if (code === 4 || code === 14) return true;
  }
  return false;
}
