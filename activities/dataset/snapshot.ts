import type { StartRunRequest } from '../../contracts/api.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import { queryConnection } from '../../db/sources/connection.ts';
import { listObjects } from '../../db/sources/objects.ts';
import type { OutsideFile } from '../../db/sources/outside-file.ts';
import { isLocal } from '../../domain/spec/spec-files.ts';
import type { ActivityDeps } from '../deps.ts';
import { capturedTraffic } from './traffic.ts';

type Files = StartRunRequest['files'];

/**
 * The run's files, and with them those that lie outside (`s3://…`, `connection:…`, `traffic:…`): each is copied into the artifact store under the hash of what it holds now,
 * so that the dataset rests on bytes that never change and are read like any uploaded file.
 */
export async function withOutsideFiles(deps: Pick<ActivityDeps, 'db' | 'store'>, spec: PipelineSpec, files: Files): Promise<Files> {
  const addresses = [spec.dataset.source, spec.dataset.test].filter((path) => path !== undefined && !isLocal(path)) as string[];
  const found: Record<string, Files[string]> = {};
  for (const address of addresses) {
    for (const file of await outsideFiles(deps, address)) {
      found[`${address}#${file.name}${file.format ? `.${file.format}` : ''}`] = await copy(deps, file);
    }
  }
  return { ...files, ...found };
}

async function outsideFiles(deps: Pick<ActivityDeps, 'db' | 'store'>, address: string): Promise<readonly OutsideFile[]> {
  if (/^traffic:/i.test(address)) return [await capturedTraffic(deps, address)];
  if (/^s3:/i.test(address)) return listObjects(address);
  return [queryConnection(address, process.env)];
}

async function copy({ store }: Pick<ActivityDeps, 'store'>, file: OutsideFile): Promise<Files[string]> {
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of await file.read()) {
      const piece = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
      bytes += piece.byteLength;
      yield piece;
    }
  };
  const ref = await store.putStream(counted());
  return { ref, bytes, origin: file.name };
}
