/** ROUGE-1, -2, -L and -Lsum as rouge-score 0.1.2 computes them (Lin 2004). */
import { bagSize, countItems, ngrams, overlap } from './counted.ts';
import { porterStem } from './porter-stemmer.ts';

export interface RougeScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}
export type RougeVariant = 'rouge1' | 'rouge2' | 'rougeL' | 'rougeLsum';

/**
 * One answer against one reference. ROUGE-L takes the whole texts, ROUGE-Lsum line by line. `stem` says whether words of more than three letters are
 * stemmed first, as the score's signature must.
 */
export function rouge(variant: RougeVariant, reference: string, answer: string, options: { stem: boolean } = { stem: false }): RougeScore {
  if (variant === 'rougeLsum') return summaryLevel(sentences(reference, options.stem), sentences(answer, options.stem));
  const [right, said] = [tokenise(reference, options.stem), tokenise(answer, options.stem)];
  if (variant === 'rougeL') return score(commonSubsequence(right, said).length, right.length, said.length);
  const n = variant === 'rouge1' ? 1 : 2;
  const [asked, given] = [ngrams(right, n), ngrams(said, n)];
  return score(overlap(asked, given), bagSize(asked), bagSize(given));
}

export function tokenise(text: string, stem: boolean): string[] {
  const words = text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  return stem ? words.map((word) => (word.length > 3 ? porterStem(word) : word)) : words;
}

function sentences(text: string, stem: boolean): string[][] {
  return text
    .split('\n')
    .filter((line) => line.length > 0)
    .map((line) => tokenise(line, stem));
}

function score(hits: number, asked: number, given: number): RougeScore {
  const [precision, recall] = [hits / Math.max(given, 1), hits / Math.max(asked, 1)];
  return { precision, recall, f1: precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0 };
}

/** Union of the longest common subsequences of each reference sentence with all answer sentences; no token counts twice. */
function summaryLevel(reference: readonly string[][], answer: readonly string[][]): RougeScore {
  const [left, said] = [countItems(reference.flat()), countItems(answer.flat())];
  const [asked, given] = [bagSize(left), bagSize(said)];
  let hits = 0;
  for (const sentence of reference) {
    const union = new Set(answer.flatMap((other) => commonSubsequence(sentence, other)));
    for (const at of [...union].sort((a, b) => a - b)) {
      const token = sentence[at] as string;
      const [inReference, inAnswer] = [left.get(token) ?? 0, said.get(token) ?? 0];
      if (inReference === 0 || inAnswer === 0) continue;
      hits += 1;
      left.set(token, inReference - 1);
      said.set(token, inAnswer - 1);
    }
  }
  return score(hits, asked, given);
}

/** Positions in `reference` of one longest common subsequence; which one among equals is as in rouge-score. */
function commonSubsequence(reference: readonly string[], answer: readonly string[]): number[] {
  const width = answer.length + 1;
  const table = new Int32Array((reference.length + 1) * width);
  const at = (i: number, j: number) => table[i * width + j] as number;
  for (let i = 1; i <= reference.length; i += 1) {
    for (let j = 1; j < width; j += 1) {
      table[i * width + j] = reference[i - 1] === answer[j - 1] ? at(i - 1, j - 1) + 1 : Math.max(at(i - 1, j), at(i, j - 1));
    }
  }
  const positions: number[] = [];
  let [i, j] = [reference.length, answer.length];
  while (i > 0 && j > 0) {
    if (reference[i - 1] === answer[j - 1]) {
      positions.push(i - 1);
      i -= 1;
      j -= 1;
    } else if (at(i, j - 1) > at(i - 1, j)) j -= 1;
    else i -= 1;
  }
  return positions.reverse();
}
