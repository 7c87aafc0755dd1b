import { TunegateError } from '../../contracts/errors.ts';
import type { TaskShape } from '../../contracts/artifact.ts';
import type { ArtifactRef, DroppedCounts, RowCounts } from '../../contracts/run.ts';
import type { SynthesisReport } from '../../contracts/synthesis.ts';
import { readManifest } from '../../db/queries/datasets.ts';
import type { ActivityDeps } from '../deps.ts';

/** A frozen dataset's table of contents. Its hash is taken by `domain/dataset/freeze.ts`, over the rows and what shaped them. */
export interface DatasetManifest {
  readonly version: 1;
  readonly train: ArtifactRef;
  readonly validation: ArtifactRef;
  readonly test: ArtifactRef;
  /** Rows that were held out because the champion's dataset does not have them. */
  readonly fresh?: ArtifactRef;
  readonly task: TaskShape;
  readonly rows: RowCounts;
  readonly dropped: DroppedCounts;
  readonly redacted: number;
  readonly synthetic: number;
  readonly read: number;
  readonly findings: ArtifactRef;
  readonly balance: Readonly<Record<string, RowCounts>>;
  /** What the test set was split by and from, where it was split off: by these a later version of the dataset finds it again. */
  readonly testIdentity?: ArtifactRef | null;
  readonly inputs?: ArtifactRef;
  /** `DatasetProfile`, for reports. */
  readonly profile?: ArtifactRef;
  /** What came of synthesis, where the spec has it. */
  readonly synthesis?: SynthesisReport;
}

export async function loadManifest(deps: Pick<ActivityDeps, 'db'>, hash: string): Promise<DatasetManifest> {
  const manifest = await readManifest(deps.db, hash);
  if (manifest === null) throw new TunegateError('not_found', `there is no dataset ${hash}`);
  return manifest as DatasetManifest;
}
