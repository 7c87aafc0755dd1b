import type { Draft } from './draft.ts';
import type { Ledger } from './ledger.ts';
import { NearIndex } from './near-index.ts';
import { RunFilter, WordOverlapIndex } from './word-overlap.ts';

/**
 * The leak rule: where a test row and another row collide, the other row is dropped. Rows collide when their texts are equal once normalised,
 * when their 5-character shingles are as similar as near-duplicates, when one is of twenty words or more and they share long runs of words,
 * and when both come from the same source (`groupBy`).
 *
 * @returns the rows of `others` that share nothing with the test set
 */
export function removeLeaks(
  test: readonly Draft[],
  others: readonly Draft[],
  threshold: number,
  ledger: Ledger,
  onRow: (done: number) => void,
): Draft[] {
  const exact = new Map<string, Draft>();
  const groups = new Map<string, Draft>();
  const near = new NearIndex(threshold, test.length);
  const filter = new RunFilter(test.length * 100);
  for (const draft of test) filter.expect(draft.key);
  for (const draft of others) filter.observe(draft.key);
  const overlaps = new WordOverlapIndex(filter);
  for (const [i, draft] of test.entries()) {
    if (!exact.has(draft.key)) exact.set(draft.key, draft);
    if (draft.row.group !== null && !groups.has(draft.row.group)) groups.set(draft.row.group, draft);
    near.add(i, draft.key);
    overlaps.add(i, draft.key);
  }
  return others.filter((draft, i) => {
    onRow(i);
    const collision = collisionOf(draft);
    if (collision === null) return true;
    ledger.drop('leak', { at: draft.row, other: collision.test.row, message: collision.message, remedy: 'nothing to do; the test row stays' });
    return false;
  });

  function collisionOf({ key, row }: Draft): { readonly test: Draft; readonly message: string } | null {
    const same = exact.get(key);
    if (same !== undefined) return { test: same, message: 'same text as a test row' };
    const similar = near.nearest(key);
    if (similar !== null)
      return { test: test[similar.id] as Draft, message: `near-duplicate of a test row (similarity ${similar.similarity.toFixed(2)})` };
    const copied = overlaps.overlapping(key);
    if (copied !== null) {
      return {
        test: test[copied.id] as Draft,
        message: `shares ${Math.round(copied.share * 100)} % of the ${copied.words}-word runs with a test row`,
      };
    }
    const sibling = row.group === null ? undefined : groups.get(row.group);
    return sibling === undefined ? null : { test: sibling, message: `comes from the same source as a test row: '${String(row.group)}'` };
  }
}
