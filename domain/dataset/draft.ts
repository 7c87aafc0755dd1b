import type { TaskSpec } from '../../contracts/pipeline-spec.ts';
import type { Row } from '../../contracts/rows.ts';
import { comparisonKey } from './comparison-key.ts';

/** A row on its way through the dataset stage. */
export interface Draft {
  readonly row: Row;
  readonly role: 'source' | 'test';
  /** `comparisonKey` of the input. */
  readonly key: string;
  /** `key`, and for free text the output's key behind it: what must be equal for two rows to be duplicates. */
  readonly duplicateKey: string;
  /** When it happened, in milliseconds, where the split is by time. */
  readonly time: number | null;
}

/** @param isKept whether the key stays in memory; of millions of rows it is computed again where it is needed */
export function draftOf(row: Row, role: Draft['role'], task: TaskSpec['type'], isKept = true, time: number | null = null): Draft {
  if (!isKept) return new LeanDraft(row, role, task, time);
  const key = comparisonKey(row.input);
  return { row, role, key, duplicateKey: task === 'generation' ? `${key}\n${comparisonKey(row.output)}` : key, time };
}

class LeanDraft implements Draft {
  readonly row: Row;
  readonly role: Draft['role'];
  private readonly task: TaskSpec['type'];

  readonly time: number | null;

  constructor(row: Row, role: Draft['role'], task: TaskSpec['type'], time: number | null) {
    this.time = time;
    this.row = row;
    this.role = role;
    this.task = task;
  }

  get key(): string {
    return comparisonKey(this.row.input);
  }

  get duplicateKey(): string {
    return this.task === 'generation' ? `${this.key}\n${comparisonKey(this.row.output)}` : this.key;
  }
}
