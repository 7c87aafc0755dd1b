import { Hono } from 'hono';
import { TunegateError } from '../../contracts/errors.ts';
import { isArtifactRef } from '../../db/artifacts/store.ts';
import { needs } from '../security/authenticate.ts';
import type { AppEnv } from '../services.ts';

const counted = async function* (chunks: ReadableStream<Uint8Array> | null, count: { bytes: number }): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks ?? []) {
    count.bytes += chunk.byteLength;
    yield chunk;
  }
};

function refOf(text: string) {
  if (isArtifactRef(text)) return text;
  throw new TunegateError('not_found', `'${text}' is not an artifact reference`, { where: text, remedy: 'a reference is sha256: and 64 hex digits' });
}

/** Files go in before a run starts and come out by hash. `HEAD` asks whether an upload is needed at all. */
export const artifactRoutes = new Hono<AppEnv>()
  .put('/:ref', needs('operator'), async (c) => {
    const wanted = refOf(c.req.param('ref'));
    const count = { bytes: 0 };
    const stored = await c.var.services.artifacts.putStream(counted(c.req.raw.body, count));
    if (stored !== wanted) {
      throw new TunegateError('artifact_corrupt', `what arrived is ${stored}, not ${wanted}`, {
        where: wanted,
        remedy: 'send the file again; it changed while it was read, or on the way',
      });
    }
    return c.json({ ref: stored, bytes: count.bytes }, 201);
  })
  .get('/:ref', needs('viewer'), async (c) => {
    const ref = refOf(c.req.param('ref'));
    const { artifacts } = c.var.services;
    if (!(await artifacts.has(ref)))
      throw new TunegateError('artifact_missing', `there is no artifact ${ref} in the store`, { where: ref, remedy: 'upload it first' });
    if (c.req.method === 'HEAD') return c.body(null, 200);
    return c.body(ReadableStream.from(artifacts.open(ref)) as ReadableStream<Uint8Array>, 200, { 'Content-Type': 'application/octet-stream' });
  });
