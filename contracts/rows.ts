/** Rows as they travel between the dataset stage and the stages after it: JSON lines in the artifact store, never in a history. */

export type Split = 'train' | 'validation' | 'test';
/** `fresh`: rows held out beside a champion. */
export type Side = Split | 'fresh';

export interface Row {
  /** `<file>:<line>`, unique in a dataset and stable over runs. */
  readonly id: string;
  readonly file: string;
  /** 1-based line of the row's first character in its file, a header being line 1. */
  readonly line: number;
  readonly input: string;
  /** The label, the expected JSON as text, or the reference answer. */
  readonly output: string;
  /** Source document or thread: rows that share one stand on the same side of the split and cluster in the bootstrap. */
  readonly group: string | null;
  /** Columns that slices name. */
  readonly columns: Readonly<Record<string, string>>;
  /** How a synthetic row came to be; `null` for a real one. */
  readonly origin: Readonly<Record<string, string>> | null;
  /** Loss weight in training. */
  readonly weight: number;
  /** Of a preference: an answer that is worse than `output`. */
  readonly rejected?: string;
}

/** What one arm said to one row. `answer` is null where the output could not be parsed. */
export interface Prediction {
  readonly row: string;
  readonly expected: string;
  readonly answer: string | null;
  readonly raw: string;
  /** Natural-log probabilities per label, where the serving path gives them. */
  readonly scores: Readonly<Record<string, number>> | null;
  /** Marks of this answer in 0 … 1 that need more than its text: `similarity` by embeddings, `valid` by the schema. */
  readonly marks?: Readonly<Record<string, number>>;
  readonly latencyMs: number | null;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly error: string | null;
}
