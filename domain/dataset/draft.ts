import type { Row } from '../../contracts/rows.ts';

/** A row on its way through the dataset stage. */
export interface Draft {
  readonly row: Row;
  readonly role: 'source' | 'test';
  /** `comparisonKey` of the input. */
  readonly key: string;
  /** `key`, and for free text the output's key behind it: what must be equal for two rows to be duplicates. */
  readonly duplicateKey: string;
}
