/** Frozen datasets as the API and the command line show them. */
import type { TaskShape } from './artifact.ts';
import type { ArtifactRef, DatasetDocument, RowCounts } from './run.ts';

/** `GET /api/datasets/:ref`, where `ref` is a hash, the beginning of one, a run, or `latest`. */
export interface DatasetVersionDocument extends DatasetDocument {
  readonly name: string;
  readonly createdAt: string;
  /** Runs that were made on it, newest first. */
  readonly runs: readonly string[];
  readonly read: number;
  readonly task: TaskShape;
  /** JSON lines of each side, and the findings as JSON, in the artifact store. */
  readonly train: ArtifactRef;
  readonly validation: ArtifactRef;
  readonly test: ArtifactRef;
  readonly findings: ArtifactRef;
  readonly balance: Readonly<Record<string, RowCounts>>;
}

/** `GET /api/datasets` */
export interface DatasetListItem {
  readonly hash: ArtifactRef;
  readonly name: string;
  readonly createdAt: string;
  readonly rows: RowCounts;
  readonly synthetic: number;
}

/** `GET /api/datasets/frozen-test?name=…&identity=…`: the test set that the first version of a dataset split off. */
export interface FrozenTestDocument {
  readonly test: ArtifactRef;
  /** Which content it was split from: from the same content it comes out again by itself. */
  readonly inputs: ArtifactRef;
}
