import type { Readable } from 'node:stream';

/** Rows that lie outside, as the worker reads them: what messages call them, and their bytes. */
export interface OutsideFile {
  readonly name: string;
  /** Where the name does not say it. */
  readonly format?: 'jsonl';
  readonly read: () => Promise<Readable>;
}
