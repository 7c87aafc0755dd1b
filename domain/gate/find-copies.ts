/** The gate's own look for test rows in what the candidate learned from: the dataset stage's rule, checked again on what was really used. */
import { comparisonKey } from '../dataset/comparison-key.ts';
import { NearIndex } from '../dataset/near-index.ts';

/** `row` and `input` of a test row. */
interface Tested {
  readonly row: string;
  readonly input: string;
}

/**
 * A function that tells which test row a text copies, exactly or nearly; null where none.
 *
 * @param threshold Jaccard similarity of 5-character shingles from which two texts are near-duplicates
 * @example const copyOf = findCopies([{ row: 'test.csv:2', input: 'where is my card' }], 0.8); copyOf('Where is my card?') // 'test.csv:2'
 */
export function findCopies(test: readonly Tested[], threshold: number): (text: string) => string | null {
  const exact = new Map<string, string>();
  const near = new NearIndex(threshold, Math.max(1, test.length));
  for (const [i, { row, input }] of test.entries()) {
    const key = comparisonKey(input);
    if (!exact.has(key)) exact.set(key, row);
    near.add(i, key);
  }
  return (text) => {
    const key = comparisonKey(text);
    const found = exact.get(key);
    if (found !== undefined) return found;
    const similar = near.nearest(key);
    return similar === null ? null : (test[similar.id]?.row ?? null);
  };
}
