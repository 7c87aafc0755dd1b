import type { DatasetSpec, TaskSpec } from '../../contracts/pipeline-spec.ts';
import type { Row } from '../../contracts/rows.ts';
import { draftOf } from '../dataset/draft.ts';
import { openLedger } from '../dataset/ledger.ts';
import { NearIndex } from '../dataset/near-index.ts';
import { removeLeaks } from '../dataset/remove-leaks.ts';
import type { Drop } from './read-candidate.ts';

export interface ExistingRows {
  readonly train: readonly Row[];
  readonly validation: readonly Row[];
  readonly test: readonly Row[];
}

/**
 * Drops new rows that repeat, exactly or nearly, a training or validation row or each other, and then those that collide with the test set by the dataset's
 * own leak rule. Returns a verdict for each row: null where it stands.
 */
export function removeKnown(
  rows: readonly Row[],
  existing: ExistingRows,
  settings: { task: TaskSpec['type']; nearDuplicate: DatasetSpec['nearDuplicate'] },
): (Drop | null)[] {
  const draft = (row: Row) => draftOf(row, 'source', settings.task);
  const near = new NearIndex(settings.nearDuplicate, existing.train.length + existing.validation.length + rows.length);
  const held: string[] = [];
  const hold = (key: string, id: string): void => {
    near.add(held.length, key);
    held.push(id);
  };
  for (const row of [...existing.train, ...existing.validation]) hold(draft(row).key, row.id);

  const verdicts: (Drop | null)[] = rows.map((row) => {
    // A preference is about a row that exists.
    if (row.rejected !== undefined) return null;
    const { key } = draft(row);
    const twin = near.nearest(key);
    if (twin) return { filter: 'duplicate', why: `repeats ${held[twin.id]} (similarity ${twin.similarity.toFixed(2)})` };
    hold(key, row.id);
    return null;
  });
  const standing = rows.filter((_, i) => verdicts[i] === null);
  const ledger = openLedger();
  const apart = new Set(
    removeLeaks(
      existing.test.map((row) => draftOf(row, 'test', settings.task)),
      standing.map(draft),
      settings.nearDuplicate,
      ledger,
      () => undefined,
    ).map((d) => d.row.id),
  );
  const reasons = new Map(ledger.findings.map((finding) => [finding.line, finding.message]));
  return rows.map(
    (row, i) => verdicts[i] ?? (apart.has(row.id) ? null : { filter: 'leak', why: reasons.get(row.line) ?? 'collides with a test row' }),
  );
}
