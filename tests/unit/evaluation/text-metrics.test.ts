import { describe, expect, test } from 'vitest';
import { bleuCounts, bleuOf, bleuSignature } from '../../../domain/evaluation/bleu.ts';
import { chrfCounts, chrfOf, chrfSignature } from '../../../domain/evaluation/chrf.ts';
import { rouge, type RougeVariant } from '../../../domain/evaluation/rouge.ts';
import { squadExactMatch, tokenF1 } from '../../../domain/evaluation/squad.ts';
import { expectEqual, golden } from './golden.ts';

interface TextCase {
  readonly reference: string;
  readonly answer: string;
  readonly other: string;
  readonly rouge: Readonly<Record<'plain' | 'stemmed', Readonly<Record<RougeVariant, readonly [number, number, number]>>>>;
  readonly squad: readonly [exact: number, f1: number];
}
interface CorpusCase {
  readonly rows: readonly number[];
  readonly references: number;
  readonly bleu: number;
  readonly chrf: number;
  readonly signatures: readonly [string, string];
}

const texts = golden<TextCase>('texts');
const variants: readonly RougeVariant[] = ['rouge1', 'rouge2', 'rougeL', 'rougeLsum'];

describe('text metrics', () => {
  test.each(variants)('%s equals rouge-score, with and without stemming', (variant) => {
    texts.forEach(({ reference, answer, rouge: theirs }, i) => {
      for (const kind of ['plain', 'stemmed'] as const) {
        const { precision, recall, f1 } = rouge(variant, reference, answer, { stem: kind === 'stemmed' });
        for (const [k, value] of [precision, recall, f1].entries()) expectEqual(value, theirs[kind][variant][k] as number, `case ${i}, ${kind}`);
      }
    });
  });

  test('exact match and token F1 equal the SQuAD script, the best reference counting', () => {
    texts.forEach(({ reference, other, answer, squad }, i) => {
      expectEqual(squadExactMatch(answer, [reference, other]), squad[0], `case ${i}`);
      expectEqual(tokenF1(answer, [reference, other]), squad[1], `case ${i}`);
    });
  });

  test('BLEU and chrF of corpora equal sacrebleu, signatures too', () => {
    golden<CorpusCase>('corpora').forEach((corpus, i) => {
      const rows = corpus.rows
        .map((at) => texts[at] as TextCase)
        .map(({ reference, other, answer }) => ({ answer, references: [reference, other].slice(0, corpus.references) }));
      const sum = (counts: readonly (readonly number[])[]) =>
        (counts[0] ?? []).map((_, k) => counts.reduce((total, row) => total + (row[k] as number), 0));
      expectEqual(100 * bleuOf(sum(rows.map((row) => bleuCounts(row.answer, row.references)))), corpus.bleu, `case ${i}, BLEU`);
      expectEqual(100 * chrfOf(sum(rows.map((row) => chrfCounts(row.answer, row.references)))), corpus.chrf, `case ${i}, chrF`);
      expect([bleuSignature(corpus.references), chrfSignature(corpus.references)]).toEqual(corpus.signatures);
    });
  });
});
