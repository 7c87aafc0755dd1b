import type { Draft } from './draft.ts';
import type { Ledger } from './ledger.ts';
import { NearIndex } from './near-index.ts';
import { RunFilter, WordOverlapIndex } from './word-overlap.ts';

/**
 * The leak rule: where a test row and another row collide, the other row is dropped. Rows collide when their texts are equal once normalised,
 * when their 5-character shingles are as similar as near-duplicates, when one is of twenty words or more and they share long runs of words,
 * and when both come from the same source (`groupBy`).
 *
 * @param areDistinct whether all rows have been compared with each other already by their texts as duplicates are: then only runs of words and sources are left
 * @returns the rows of `others` that share nothing with the test set
 */
export function removeLeaks(
  test: readonly Draft[],
  others: readonly Draft[],
  threshold: number,
  ledger: Ledger,
  onRow: (done: number) => void,
  areDistinct = false,
): Draft[] {
  const exact = new Map<string, Draft>();
  const groups = new Map<string, Draft>();
  const near = new NearIndex(threshold, areDistinct ? 0 : test.length);
  const filter = new RunFilter(test.length * 100);
  for (const draft of test) filter.expect(draft.key);
  for (const draft of others) filter.observe(draft.key);
  const overlaps = new WordOverlapIndex(filter);
  for (const [i, draft] of test.entries()) {
    const { key, row } = draft;
    if (row.group !== null && !groups.has(row.group)) groups.set(row.group, draft);
    overlaps.add(i, key);
    if (areDistinct) continue;
    if (!exact.has(key)) exact.set(key, draft);
    near.add(i, key);
  }
  return others.filter((draft, i) => {
    onRow(i);
    const collision = collisionOf(draft);
    if (collision === null) return true;
    ledger.drop('leak', { at: draft.row, other: collision.test.row, message: collision.message, remedy: 'nothing to do; the test row stays' });
    return false;
  });

  function collisionOf(draft: Draft): { readonly test: Draft; readonly message: string } | null {
    const { key, row } = draft;
    const same = exact.get(key);
    if (same !== undefined) return { test: same, message: 'same text as a test row' };
    const similar = areDistinct ? null : near.nearest(key);
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
