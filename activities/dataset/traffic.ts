import { Readable } from 'node:stream';
import { TunegateError } from '../../contracts/errors.ts';
import type { CapturedRequest } from '../../contracts/monitoring.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { capturesOfEndpoint } from '../../db/queries/monitoring.ts';
import type { OutsideFile } from '../../db/sources/outside-file.ts';
import { canonicalJson } from '../../domain/hash.ts';
import type { ActivityDeps } from '../deps.ts';

/**
 * What `traffic:ENDPOINT` stands for: the requests that the gateway captured there (`deployment.capture`), oldest first, with the columns `input`, `answer`,
 * `at`, `artifact` and `confidence`. The answer is what was served, not what is right: read it before a model learns from it.
 *
 * @throws TunegateError `empty_dataset` where nothing was captured
 */
export async function capturedTraffic({ db, store }: Pick<ActivityDeps, 'db' | 'store'>, address: string): Promise<OutsideFile> {
  const endpoint = address.slice('traffic:'.length);
  const captures = await capturesOfEndpoint(db, endpoint);
  if (captures.length === 0)
    throw new TunegateError('empty_dataset', `no request to the endpoint '${endpoint}' was captured`, {
      where: address,
      remedy: 'set deployment.capture to the share of the requests that is to be kept, and deploy again',
    });
  const lines = async function* (): AsyncGenerator<string, void> {
    for (const { requestRef, at, artifact, confidence } of captures) {
      const { input, answer } = await store.getJson<CapturedRequest>(requestRef as ArtifactRef);
      yield `${canonicalJson({ input, answer, at: at.toISOString(), artifact, confidence })}\n`;
    }
  };
  return { name: address, format: 'jsonl', read: async () => Readable.from(lines()) };
}
