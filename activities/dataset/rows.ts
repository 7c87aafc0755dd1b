import type { ArtifactRef } from '../../contracts/run.ts';
import type { Row } from '../../contracts/rows.ts';
import type { ActivityDeps } from '../deps.ts';

/** All rows of one side of a frozen dataset. */
export async function readRows(deps: Pick<ActivityDeps, 'store'>, ref: ArtifactRef): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of deps.store.getLines<Row>(ref)) rows.push(row);
  return rows;
}
