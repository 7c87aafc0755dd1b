/** Frozen datasets as the API and the command line show them. */
import type { TaskShape } from './artifact.ts';
import type { Row } from './rows.ts';
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
  /** Rows held out beside a champion; absent where there are none. */
  readonly fresh?: ArtifactRef;
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

export type ReviewVerdict = 'approved' | 'rejected';

/** A synthetic row and what a person said of it; `verdict` is null until then. */
export interface ReviewedRow {
  /** Hash of input and output. */
  readonly hash: ArtifactRef;
  readonly row: Row;
  readonly verdict: ReviewVerdict | null;
  readonly by: string | null;
}

/** `GET /api/datasets/:ref/review`, and the answer to `POST`, which takes a {@link ReviewRequest}. */
export interface ReviewDocument {
  readonly dataset: ArtifactRef;
  readonly name: string;
  readonly approved: number;
  readonly rejected: number;
  readonly rows: readonly ReviewedRow[];
}
export interface ReviewRequest {
  readonly by: string;
  readonly hash: ArtifactRef;
  readonly verdict: ReviewVerdict;
}

/** A dataset at a glance, for reports. */
export interface DatasetProfile {
  /** Rows that are left after each step. */
  readonly funnel: readonly { readonly step: string; readonly rows: number }[];
  /** Rows of each label as they were read, before duplicates and leaks fell away. */
  readonly before: Readonly<Record<string, number>>;
  /** Rows by characters of their input: more than the bucket before and at most `upTo`. */
  readonly lengths: readonly (RowCounts & { readonly upTo: number })[];
  readonly samples: readonly {
    readonly id: string;
    readonly side: 'train' | 'validation' | 'test';
    readonly input: string;
    readonly output: string;
  }[];
}
