/** Exact match and token F1 by the rules of the SQuAD 2.0 evaluation script (Rajpurkar et al. 2018). */
import { bagSize, countItems, overlap } from './counted.ts';

/** Lower case, without ASCII punctuation and the articles a, an and the, single spaces. */
export function normaliseAnswer(text: string): string {
  return text
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]/g, '')
    .replace(/(?<![\p{L}\p{N}_])(a|an|the)(?![\p{L}\p{N}_])/gu, ' ')
    .split(/\s+/)
    .filter(Boolean)
    .join(' ');
}

/** 1 if the answer equals any of the references once both are normalised, else 0. */
export function squadExactMatch(answer: string, references: readonly string[]): number {
  const said = normaliseAnswer(answer);
  return references.some((reference) => normaliseAnswer(reference) === said) ? 1 : 0;
}

/** F1 of the bags of tokens, the best over the references. Where either is empty: 1 if both are, else 0. */
export function tokenF1(answer: string, references: readonly string[]): number {
  const said = countItems(tokens(answer));
  return Math.max(
    0,
    ...references.map((reference) => {
      const right = countItems(tokens(reference));
      if (said.size === 0 || right.size === 0) return said.size === right.size ? 1 : 0;
      const shared = overlap(said, right);
      if (shared === 0) return 0;
      const [precision, recall] = [shared / bagSize(said), shared / bagSize(right)];
      return (2 * precision * recall) / (precision + recall);
    }),
  );
}

function tokens(text: string): string[] {
  return normaliseAnswer(text).split(' ').filter(Boolean);
}
