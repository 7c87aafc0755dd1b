/**
 * The typed client of the Tunegate server, for services and tools.
 *
 * @example
 * const tunegate = createClient({ url: 'http://127.0.0.1:7300', key });
 * const { run } = await tunegate.runs.start(request);
 * const ended = await tunegate.runs.wait(run);
 */
import type {
  ActResponse,
  AuditEntry,
  CreateKeyRequest,
  CreateKeyResponse,
  CreateScheduleRequest,
  KeyDocument,
  ScheduleDocument,
  StoredArtifact,
} from '../contracts/administration.ts';
import type { EndpointDocument, StackDocument } from '../contracts/api.ts';
import type { SigningKeyDocument } from '../contracts/record.ts';
import type { MonitoringCheck } from '../contracts/monitoring.ts';
import type { DatasetListItem, DatasetVersionDocument, FrozenTestDocument, ReviewDocument, ReviewRequest } from '../contracts/dataset.ts';
import type { ModelDocument } from '../contracts/catalogue.ts';
import type { DrillDocument, DrillRequest, DrillRun } from '../contracts/drill.ts';
import type { EstimateDocument, EstimateRequest } from '../contracts/estimate.ts';
import type { ArtifactRef } from '../contracts/run.ts';
import { type Connection, openHttp } from './http.ts';
import { runsOf } from './runs.ts';

export { TunegateError } from '../contracts/errors.ts';
export type { Connection } from './http.ts';
export type { Decision, WaitOptions } from './runs.ts';

export type Client = ReturnType<typeof createClient>;

export function createClient(connection: Connection) {
  const http = openHttp(connection);
  const named = (collection: string, name: string, rest = '') => `/api/${collection}/${encodeURIComponent(name)}${rest}`;
  return {
    connection,
    runs: runsOf(http),
    /** What can be tuned where, at today's price. */
    models: () => http.json<ModelDocument[]>('GET', '/api/models'),
    /** What a run on these rows would cost; nothing is started. */
    estimate: (request: EstimateRequest) => http.json<EstimateDocument>('POST', '/api/estimates', { body: request }),
    /** What a base model's retirement puts at risk, and runs that try its replacement. */
    drills: {
      list: (model: string) => http.json<DrillDocument>('GET', `/api/drills?model=${encodeURIComponent(model)}`),
      run: (request: DrillRequest) => http.json<DrillRun[]>('POST', '/api/drills', { body: request }),
    },
    stack: () => http.json<StackDocument>('GET', '/api/stack'),
    /** Who did what, newest first; `subject` is a run, `endpoint/NAME`, `key/ID` or `schedule/NAME`. */
    audit: ({ subject, limit = 100 }: { subject?: string; limit?: number } = {}) =>
      http.json<AuditEntry[]>('GET', `/api/audit?limit=${limit}${subject === undefined ? '' : `&subject=${encodeURIComponent(subject)}`}`),
    health: async (signal?: AbortSignal) => (await http.json<{ ok: boolean }>('GET', '/health', { signal })).ok,
    artifacts: {
      has: async (ref: ArtifactRef) => (await http.request('HEAD', named('artifacts', ref))).ok,
      put: (ref: ArtifactRef, bytes: Uint8Array | ReadableStream<Uint8Array>) => http.json<StoredArtifact>('PUT', named('artifacts', ref), { bytes }),
      get: async (ref: ArtifactRef) => new Uint8Array(await (await http.request('GET', named('artifacts', ref))).arrayBuffer()),
    },
    datasets: {
      list: (name?: string) => http.json<DatasetListItem[]>('GET', `/api/datasets${name === undefined ? '' : `?name=${encodeURIComponent(name)}`}`),
      get: (ref: string) => http.json<DatasetVersionDocument>('GET', named('datasets', ref)),
      /** Synthetic rows and what people said of them. */
      review: (ref: string) => http.json<ReviewDocument>('GET', named('datasets', ref, '/review')),
      judgeRow: (ref: string, request: ReviewRequest) => http.json<ReviewDocument>('POST', named('datasets', ref, '/review'), { body: request }),
      frozenTest: (name: string, identity: ArtifactRef) =>
        http.json<FrozenTestDocument | null>(
          'GET',
          `/api/datasets/frozen-test?name=${encodeURIComponent(name)}&identity=${encodeURIComponent(identity)}`,
        ),
    },
    endpoints: {
      list: () => http.json<EndpointDocument[]>('GET', '/api/endpoints'),
      /** What looks at the served model found, newest first. */
      checks: (endpoint: string) => http.json<MonitoringCheck[]>('GET', named('endpoints', endpoint, '/checks')),
      rollback: (endpoint: string, by: string, reason: string | null = null) =>
        http.json<ActResponse>('POST', named('endpoints', endpoint, '/rollback'), { body: { by, reason } }),
    },
    keys: {
      list: () => http.json<KeyDocument[]>('GET', '/api/keys'),
      create: (request: CreateKeyRequest) => http.json<CreateKeyResponse>('POST', '/api/keys', { body: request }),
      signing: () => http.json<SigningKeyDocument[]>('GET', '/api/signing-keys'),
      revoke: (id: string) => http.json<KeyDocument>('DELETE', named('keys', id)),
    },
    schedules: {
      list: () => http.json<ScheduleDocument[]>('GET', '/api/schedules'),
      create: (request: CreateScheduleRequest) => http.json<ScheduleDocument>('POST', '/api/schedules', { body: request }),
      pause: (name: string) => http.json<ActResponse>('POST', named('schedules', name, '/pause')),
      resume: (name: string) => http.json<ActResponse>('POST', named('schedules', name, '/resume')),
      trigger: (name: string) => http.json<ActResponse>('POST', named('schedules', name, '/trigger')),
      delete: (name: string) => http.json<ActResponse>('DELETE', named('schedules', name)),
    },
  };
}
