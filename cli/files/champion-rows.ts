import { comparisonKey } from '../../domain/dataset/comparison-key.ts';
import type { ChampionRows } from '../../domain/dataset/hold-out-fresh.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import type { Client } from '../../client/index.ts';
import { connect } from '../connect.ts';
import { readRowsOf } from './frozen-test.ts';
import type { Pipeline } from './read-pipeline.ts';

/** What the endpoint's champion was made from, where a stack runs that knows it; else null, as for a first run. */
export async function championRowsOf({ spec }: Pipeline): Promise<ChampionRows | null> {
  const client = await connect().catch(() => null);
  const run = (await client?.endpoints.list())?.find(({ endpoint }) => endpoint === spec.deployment.endpoint)?.champion?.run;
  const dataset = run === undefined ? null : await client?.datasets.get(run).catch(() => null);
  if (!client || !dataset) return null;
  const { train, validation, test, fresh } = dataset;
  const heldOut = fresh === undefined ? new Set<string>() : await keysOf(client, fresh);
  const sides = await Promise.all([train, validation, test].map((ref) => keysOf(client, ref)));
  return { known: new Set([...sides.flatMap((keys) => [...keys]), ...heldOut]), heldOut };
}

const keysOf = async (client: Client, ref: ArtifactRef): Promise<Set<string>> =>
  new Set((await readRowsOf(client, ref)).map((row) => comparisonKey(row.input)));
