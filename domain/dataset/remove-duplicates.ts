import type { Draft } from './draft.ts';
import type { Ledger } from './ledger.ts';
import { ExactIndex } from './exact-index.ts';
import { NearIndex } from './near-index.ts';
import { type Candidates, NearPairs } from './near-pairs.ts';
import { ShingleSimilarity } from './shingle-similarity.ts';

/**
 * Drops every row that repeats an earlier one, exactly or nearly. Each row is compared with the rows that are kept, so that no two of the result are near.
 *
 * @param threshold Jaccard similarity of 5-character shingles from which two rows are near-duplicates
 */
export function removeDuplicates(
  drafts: readonly Draft[],
  threshold: number,
  isLabelled: boolean,
  ledger: Ledger,
  onRow: (done: number) => void,
): Draft[] {
  const twins = new Int32Array(drafts.length).fill(-1);
  const pairs = new NearPairs(threshold, drafts.length);
  const exact = new ExactIndex((i) => drafts[i]?.duplicateKey ?? '', drafts.length);
  for (const [i, draft] of drafts.entries()) {
    onRow(i);
    const key = draft.duplicateKey;
    const twin = exact.findOrAdd(key, i);
    if (twin < 0) pairs.add(i, key);
    else twins[i] = twin;
  }
  return resolve(drafts, twins, pairs.candidates(), threshold, isLabelled, ledger);
}

/** Goes through the rows in order: each stays unless it repeats one that has stayed. */
function resolve(
  drafts: readonly Draft[],
  twins: Int32Array,
  candidates: Candidates,
  threshold: number,
  isLabelled: boolean,
  ledger: Ledger,
): Draft[] {
  /** Of a row that was dropped as near the row it is near to; -1 where it stays. */
  const nearTo = new Int32Array(drafts.length).fill(-1);
  const similarities = new Float32Array(drafts.length);
  const similarity = new ShingleSimilarity();
  const kept: Draft[] = [];
  for (const [i, draft] of drafts.entries()) {
    const twin = twins[i] as number;
    if (twin >= 0 && (nearTo[twin] as number) < 0) {
      dropDuplicate(draft, drafts[twin] as Draft, isLabelled, ledger);
      continue;
    }
    const near = twin >= 0 ? { row: nearTo[twin] as number, similarity: similarities[twin] as number } : nearest(i);
    if (near === null) kept.push(draft);
    else {
      [nearTo[i], similarities[i]] = [near.row, near.similarity];
      dropNear(draft, drafts[near.row] as Draft, near.similarity, isLabelled, ledger);
    }
  }
  return kept;

  /** The most similar of the earlier rows that have stayed; of equally similar ones the first. */
  function nearest(row: number): { row: number; similarity: number } | null {
    let best: { row: number; similarity: number } | null = null;
    const others = candidates.of(row);
    if (others.length > 0) similarity.hold(drafts[row]?.duplicateKey ?? '');
    for (const other of others) {
      if ((twins[other] as number) >= 0 || (nearTo[other] as number) >= 0) continue;
      const jaccard = similarity.to(drafts[other]?.duplicateKey ?? '');
      if (jaccard >= threshold && jaccard > (best?.similarity ?? 0)) best = { row: other, similarity: jaccard };
    }
    return best;
  }
}

function dropNear(draft: Draft, other: Draft, similarity: number, isLabelled: boolean, ledger: Ledger): void {
  const differs = isLabelled && other.row.output !== draft.row.output;
  ledger.drop('nearDuplicate', {
    at: draft.row,
    other: other.row,
    message: `near-duplicate of an earlier row (similarity ${similarity.toFixed(2)})${differs ? `, which has another label: '${other.row.output}' there, '${draft.row.output}' here` : ''}`,
    remedy: differs ? 'decide which label is right' : 'nothing to do; raise dataset.nearDuplicate to keep such rows',
  });
  if (differs) warnOfConflict(draft, other, 'nearly the same', ledger);
}

/** Drops exact duplicates within the test set and names near ones, which stay: a test set shrinks only before it is first frozen. */
export function cleanTest(drafts: readonly Draft[], threshold: number, isLabelled: boolean, ledger: Ledger): Draft[] {
  const exact = new Map<string, Draft>();
  const near = new NearIndex(threshold, drafts.length);
  const kept: Draft[] = [];
  for (const draft of drafts) {
    const twin = exact.get(draft.duplicateKey);
    if (twin !== undefined) {
      dropDuplicate(draft, twin, isLabelled, ledger);
      continue;
    }
    const neighbour = near.nearest(draft.duplicateKey);
    if (neighbour !== null) {
      const other = kept[neighbour.id] as Draft;
      ledger.warn('nearDuplicate', {
        at: draft.row,
        other: other.row,
        message: `near-duplicate within the test set (similarity ${neighbour.similarity.toFixed(2)}); kept`,
        remedy: 'test rows that say the same thing count twice; replace one if there are many',
      });
    }
    exact.set(draft.duplicateKey, draft);
    near.add(kept.length, draft.duplicateKey);
    kept.push(draft);
  }
  return kept;
}

function dropDuplicate(draft: Draft, twin: Draft, isLabelled: boolean, ledger: Ledger): void {
  const differs = isLabelled && twin.row.output !== draft.row.output;
  ledger.drop('duplicate', {
    at: draft.row,
    other: twin.row,
    message: differs
      ? `same text as an earlier row with another label: '${twin.row.output}' there, '${draft.row.output}' here`
      : 'same text as an earlier row',
    remedy: differs ? 'decide which label is right' : 'nothing to do',
  });
  if (differs) warnOfConflict(draft, twin, 'the same', ledger);
}

/** The row that is kept is the one in doubt. */
function warnOfConflict(dropped: Draft, kept: Draft, how: string, ledger: Ledger): void {
  ledger.warn('label', {
    at: kept.row,
    other: dropped.row,
    field: 'output',
    message: `${how} text has two labels: '${kept.row.output}' here, which is kept, and '${dropped.row.output}' there`,
    remedy: 'decide which label is right, and correct or remove the other row',
  });
}
