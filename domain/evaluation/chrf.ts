/** Corpus chrF2 as sacrebleu computes it by default (Popović 2015): character n-grams of order 1 … 6 without spaces, recall counting twice. In 0 … 1. */
import { bagSize, ngrams, overlap } from './counted.ts';

const orders = 6;
const betaSquared = 4;

export function chrfSignature(references: number): string {
  return `nrefs:${references}|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0`;
}

/** Per row, for each order: n-grams of the answer, of the reference, and shared; of the best reference. Their sums give {@link chrfOf}. */
export function chrfCounts(answer: string, references: readonly string[]): number[] {
  const said = characters(answer);
  let best: number[] = new Array<number>(3 * orders).fill(0);
  let bestScore = -1;
  for (const reference of references) {
    const right = characters(reference);
    const counts = Array.from({ length: orders }, (_, i) => {
      const [asked, given] = [ngrams(right, i + 1, ''), ngrams(said, i + 1, '')];
      return [asked.size > 0 ? bagSize(given) : 0, bagSize(asked), overlap(given, asked)];
    }).flat();
    const score = chrfOf(counts);
    if (score > bestScore) [best, bestScore] = [counts, score];
  }
  return best;
}

/** F-score of the mean precision and mean recall over the orders that both sides have. */
export function chrfOf(sums: ArrayLike<number>): number {
  let [precision, recall, used] = [0, 0, 0];
  for (let i = 0; i < orders; i += 1) {
    const [given, asked, shared] = [sums[3 * i] as number, sums[3 * i + 1] as number, sums[3 * i + 2] as number];
    if (given === 0 || asked === 0) continue;
    precision += shared / given;
    recall += shared / asked;
    used += 1;
  }
  if (precision + recall === 0) return 0;
  precision /= used;
  recall /= used;
  return ((1 + betaSquared) * precision * recall) / (betaSquared * precision + recall);
}

function characters(text: string): string[] {
  return Array.from(text.replace(/\s+/g, ''));
}
