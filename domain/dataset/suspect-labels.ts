import type { Draft } from './draft.ts';
import type { Ledger } from './ledger.ts';
import { hashWords } from './word-overlap.ts';

const neighbours = 10;
/** Rows beyond which the comparison of all pairs takes too long; the check is then left out. */
export const mostSuspectable = 30_000;

export interface Suspicion { readonly index: number; readonly likely: string; readonly nearest: number; /** Share of the neighbours' votes for `likely`, less the share for the row's own label. */ readonly margin: number }

/**
 * Rows whose label disagrees with that of the most similar rows: k nearest neighbours by cosine of TF-IDF over words and word pairs,
 * each voting with its similarity. Most suspicious first.
 */
export function suspectLabels(texts: readonly string[], labels: readonly string[]): Suspicion[] {
  const vectors = tfIdf(texts);
  const postings = new Map<number, { row: number; weight: number }[]>();
  vectors.forEach((vector, row) => {
    for (const [term, weight] of vector) {
      const list = postings.get(term);
      if (list === undefined) postings.set(term, [{ row, weight }]);
      else list.push({ row, weight });
    }
  });
  const similarity = new Float64Array(texts.length);
  const suspicions: Suspicion[] = [];
  vectors.forEach((vector, row) => {
    const touched: number[] = [];
    for (const [term, weight] of vector) {
      for (const posting of postings.get(term) ?? []) {
        if (similarity[posting.row] === 0) touched.push(posting.row);
        similarity[posting.row] = (similarity[posting.row] ?? 0) + weight * posting.weight;
      }
    }
    const near = touched.filter((other) => other !== row).map((other): [number, number] => [other, similarity[other] ?? 0])
      .filter(([, cosine]) => cosine > 0.2).sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, neighbours);
    for (const other of touched) similarity[other] = 0;
    const suspicion = judge(row, near, labels);
    if (suspicion !== null) suspicions.push(suspicion);
  });
  return suspicions.sort((a, b) => b.margin - a.margin || a.index - b.index);
}

function judge(row: number, near: readonly [number, number][], labels: readonly string[]): Suspicion | null {
  if (near.length < 4) return null;
  const votes = new Map<string, number>();
  let total = 0;
  for (const [other, cosine] of near) {
    const label = labels[other] ?? '';
    votes.set(label, (votes.get(label) ?? 0) + cosine);
    total += cosine;
  }
  const [likely, vote] = [...votes].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  if (likely === labels[row]) return null;
  const margin = (vote - (votes.get(labels[row] ?? '') ?? 0)) / total;
  const nearest = near.find(([other]) => labels[other] === likely)?.[0] ?? row;
  return { index: row, likely, nearest, margin };
}

/** Rows of unit length; terms in one text only are left out, since they can match nothing. Inverse document frequency as in scikit-learn: ln((1+n)/(1+df)) + 1. */
function tfIdf(texts: readonly string[]): Map<number, number>[] {
  const words = new Uint32Array(texts.reduce((longest, text) => Math.max(longest, text.length), 0) + 1);
  const frequency = new Map<number, number>();
  const counts = texts.map((text) => {
    const terms = new Map<number, number>();
    const n = hashWords(text, words);
    for (let i = 0; i < n; i++) {
      const word = words[i] ?? 0;
      terms.set(word, (terms.get(word) ?? 0) + 1);
      if (i > 0) {
        const pair = (Math.imul(words[i - 1] ?? 0, 0x9e3779b1) ^ word) >>> 0;
        terms.set(pair, (terms.get(pair) ?? 0) + 1);
      }
    }
    for (const term of terms.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1);
    return terms;
  });
  const tooCommon = Math.max(50, texts.length * 0.1);
  return counts.map((terms) => {
    const vector = new Map<number, number>();
    let squares = 0;
    for (const [term, count] of terms) {
      const df = frequency.get(term) ?? 1;
      if (df < 2) {
        squares += (count * (Math.log((1 + texts.length) / 2) + 1)) ** 2;
        continue;
      }
      const weight = count * (Math.log((1 + texts.length) / (1 + df)) + 1);
      squares += weight * weight;
      if (df <= tooCommon) vector.set(term, weight);
    }
    const length = Math.sqrt(squares);
    for (const [term, weight] of vector) vector.set(term, weight / length);
    return vector;
  });
}

/** Only clear cases are reported: almost all similar rows agree on another label. */
const clearMargin = 0.8;

export function warnOfSuspectLabels(drafts: readonly Draft[], ledger: Ledger): void {
  if (drafts.length > mostSuspectable) return;
  for (const { index, likely, nearest, margin } of suspectLabels(drafts.map((draft) => draft.key), drafts.map((draft) => draft.row.output))) {
    if (margin < clearMargin) return;
    const [draft, other] = [drafts[index], drafts[nearest]];
    if (draft === undefined || other === undefined) continue;
    ledger.warn('label', {
      at: draft.row, other: other.row, field: 'output', message: `the label '${draft.row.output}' may be wrong: similar rows say '${likely}'`,
      remedy: 'read the row; correct the label if it is wrong',
    });
  }
}
