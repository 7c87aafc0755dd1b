import type { ArtifactRef } from '../../contracts/run.ts';
import type { Row } from '../../contracts/rows.ts';
import { datasetOfRun } from '../../db/queries/datasets.ts';
import { championOf } from '../../db/queries/endpoints.ts';
import { comparisonKey } from '../../domain/dataset/comparison-key.ts';
import type { ChampionRows } from '../../domain/dataset/hold-out-fresh.ts';
import type { ActivityDeps } from '../deps.ts';
import type { DatasetManifest } from './manifest.ts';

export interface ChampionDataset extends ChampionRows {
  readonly hash: string;
  /** Keys of the test set that the champion was judged on. */
  readonly tested: ReadonlySet<string>;
}

/** What the champion of an endpoint was made from; null where there is no champion, or its run froze nothing. */
export async function championDataset(deps: Pick<ActivityDeps, 'db' | 'store'>, endpoint: string): Promise<ChampionDataset | null> {
  const champion = await championOf(deps.db, endpoint);
  return champion === null ? null : readChampionDataset(deps, champion.run);
}

/** The same of the run that a champion comes from. */
export async function readChampionDataset(deps: Pick<ActivityDeps, 'db' | 'store'>, run: string): Promise<ChampionDataset | null> {
  const found = await datasetOfRun(deps.db, run);
  if (found === null) return null;
  const { train, validation, test, fresh } = found.manifest as DatasetManifest;
  const [tested, heldOut] = [await keysOf(deps, test), fresh ? await keysOf(deps, fresh) : new Set<string>()];
  const known = new Set([...(await keysOf(deps, train)), ...(await keysOf(deps, validation)), ...tested, ...heldOut]);
  return { hash: found.hash, known, tested, heldOut };
}

async function keysOf(deps: Pick<ActivityDeps, 'store'>, ref: ArtifactRef): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const row of deps.store.getLines<Row>(ref)) keys.add(comparisonKey(row.input));
  return keys;
}
