import type { Draft } from './draft.ts';
import type { Ledger } from './ledger.ts';
import { hashWords } from './word-overlap.ts';

const neighbours = 10;
/** Rows less similar than this say nothing about each other. */
const leastCosine = 0.2;
/** Terms in a greater share of the rows tell labels apart badly, and cost most. */
const commonShare = 0.05;
/** Rows that a term may stand in, whatever the share: bounds the work for each row, and so makes the whole grow with the number of rows and not with its square. */
const mostRowsOfTerm = 500;
/** Rows beyond which the comparison of all pairs takes too long; the check is then left out. */
export const mostSuspectable = 30_000;

export interface Suspicion {
  readonly index: number;
  readonly likely: string;
  readonly nearest: number /** Share of the neighbours' votes for `likely`, less the share for the row's own label. */;
  readonly margin: number;
}

/**
 * Rows whose label disagrees with that of the most similar rows: k nearest neighbours by cosine of TF-IDF over words and word pairs,
 * each voting with its similarity. Most suspicious first.
 */
export function suspectLabels(texts: readonly string[], labels: readonly string[]): Suspicion[] {
  const rows = tfIdf(texts);
  const terms = transpose(rows);
  const similarity = new Float64Array(texts.length);
  const touched = new Int32Array(texts.length);
  const suspicions: Suspicion[] = [];
  for (let row = 0; row < texts.length; row++) {
    let count = 0;
    for (let i = rows.starts[row] as number; i < (rows.starts[row + 1] as number); i++) {
      const term = rows.columns[i] as number;
      const weight = rows.values[i] as number;
      for (let k = terms.starts[term] as number; k < (terms.starts[term + 1] as number); k++) {
        const other = terms.columns[k] as number;
        if (similarity[other] === 0) touched[count++] = other;
        similarity[other] = (similarity[other] as number) + weight * (terms.values[k] as number);
      }
    }
    const near: [number, number][] = [];
    for (let i = 0; i < count; i++) {
      const other = touched[i] as number;
      const cosine = similarity[other] as number;
      similarity[other] = 0;
      if (cosine > leastCosine && other !== row) near.push([other, cosine]);
    }
    near.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    const suspicion = judge(row, near.slice(0, neighbours), labels);
    if (suspicion !== null) suspicions.push(suspicion);
  }
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

/** A sparse matrix by rows: row r has its entries at `starts[r]` up to `starts[r + 1]`. */
interface Sparse {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
  readonly width: number;
}

/** Texts as rows of unit length. Inverse document frequency as in scikit-learn: ln((1+n)/(1+df)) + 1. Terms of one text match nothing and are not kept, nor are very common ones. */
function tfIdf(texts: readonly string[]): Sparse {
  const words = new Uint32Array(texts.reduce((longest, text) => Math.max(longest, text.length), 0) + 1);
  const frequency = new Map<number, number>();
  const counted = texts.map((text) => {
    const terms = new Map<number, number>();
    const n = hashWords(text, words);
    for (let i = 0; i < n; i++) {
      const word = words[i] as number;
      terms.set(word, (terms.get(word) ?? 0) + 1);
      const pair = i === 0 ? word : (Math.imul(words[i - 1] as number, 0x9e3779b1) ^ word) >>> 0;
      if (i > 0) terms.set(pair, (terms.get(pair) ?? 0) + 1);
    }
    for (const term of terms.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1);
    return terms;
  });
  const tooCommon = Math.min(mostRowsOfTerm, Math.max(50, texts.length * commonShare));
  const kept = new Map<number, number>();
  for (const [term, df] of frequency) if (df > 1 && df <= tooCommon) kept.set(term, kept.size);
  const starts = new Int32Array(texts.length + 1);
  const [columns, values]: [number[], number[]] = [[], []];
  counted.forEach((terms, row) => {
    let squares = 0;
    const from = columns.length;
    for (const [term, count] of terms) {
      const weight = count * (Math.log((1 + texts.length) / (1 + (frequency.get(term) ?? 1))) + 1);
      squares += weight * weight;
      const column = kept.get(term);
      if (column === undefined) continue;
      columns.push(column);
      values.push(weight);
    }
    const length = Math.sqrt(squares);
    for (let i = from; i < values.length; i++) values[i] = (values[i] as number) / length;
    starts[row + 1] = columns.length;
  });
  return { starts, columns: Int32Array.from(columns), values: Float32Array.from(values), width: kept.size };
}

function transpose({ starts, columns, values, width }: Sparse): Sparse {
  const ends = new Int32Array(width + 1);
  for (const column of columns) ends[column + 1] = (ends[column + 1] as number) + 1;
  for (let c = 0; c < width; c++) ends[c + 1] = (ends[c + 1] as number) + (ends[c] as number);
  const next = ends.slice();
  const flipped = { starts: ends, columns: new Int32Array(columns.length), values: new Float32Array(values.length), width: starts.length - 1 };
  for (let row = 0; row + 1 < starts.length; row++) {
    for (let i = starts[row] as number; i < (starts[row + 1] as number); i++) {
      const at = next[columns[i] as number] as number;
      next[columns[i] as number] = at + 1;
      flipped.columns[at] = row;
      flipped.values[at] = values[i] as number;
    }
  }
  return flipped;
}

/** Only clear cases are reported: almost all similar rows agree on another label. */
const clearMargin = 0.8;

export function warnOfSuspectLabels(drafts: readonly Draft[], ledger: Ledger): void {
  if (drafts.length > mostSuspectable) return;
  for (const { index, likely, nearest, margin } of suspectLabels(
    drafts.map((draft) => draft.key),
    drafts.map((draft) => draft.row.output),
  )) {
    if (margin < clearMargin) return;
    const [draft, other] = [drafts[index], drafts[nearest]];
    if (draft === undefined || other === undefined) continue;
    ledger.warn('label', {
      at: draft.row,
      other: other.row,
      field: 'output',
      message: `the label '${draft.row.output}' may be wrong: similar rows say '${likely}'`,
      remedy: 'read the row; correct the label if it is wrong',
    });
  }
}
