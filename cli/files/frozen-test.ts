import { readFile } from 'node:fs/promises';
import type { Client } from '../../client/index.ts';
import type { Row } from '../../contracts/rows.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { inputsOf, testIdentityOf } from '../../domain/dataset/test-identity.ts';
import { sha256 } from '../../domain/hash.ts';
import { connect } from '../connect.ts';
import { localFiles } from './collect-files.ts';
import type { Pipeline } from './read-pipeline.ts';

/** The test set that earlier runs of this pipeline froze, where a stack runs that knows it; else null, as for a first run. */
export async function frozenTestOf(pipeline: Pipeline): Promise<readonly Row[] | null> {
  const identity = testIdentityOf(pipeline.spec);
  const client = identity === null ? null : await connect().catch(() => null);
  if (identity === null || client === null) return null;
  const first = await client.datasets.frozenTest(pipeline.spec.name, identity);
  return first === null || first.inputs === (await inputsOfLocal(pipeline)) ? null : readRowsOf(client, first.test);
}

async function inputsOfLocal(pipeline: Pipeline): Promise<ArtifactRef> {
  const sources = (await localFiles(pipeline)).filter((file) => file.role === 'source');
  return inputsOf(
    await Promise.all(
      sources.map(async ({ key, path }) => ({
        name: key.includes('#') ? key.slice(key.indexOf('#') + 1) : key,
        ref: `sha256:${sha256(await readFile(path))}` as const,
      })),
    ),
  );
}

/** Rows of one side of a frozen dataset. */
export async function readRowsOf(client: Client, ref: ArtifactRef): Promise<Row[]> {
  const text = Buffer.from(await client.artifacts.get(ref)).toString('utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Row]));
}
