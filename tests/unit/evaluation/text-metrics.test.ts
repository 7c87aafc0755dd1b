import { describe, expect, test } from 'vitest';
import { bleuCounts, bleuOf, bleuSignature } from '../../../domain/evaluation/bleu.ts';
import { chrfCounts, chrfOf, chrfSignature } from '../../../domain/evaluation/chrf.ts';
import { rouge, type RougeVariant } from '../../../domain/evaluation/rouge.ts';
import { squadExactMatch, tokenF1 } from '../../../domain/evaluation/squad.ts';
import { corpusCase, textCase } from '../../oracles/draws.ts';
import { expectEqual, golden } from './golden.ts';

const theirs = golden('texts');
const texts = theirs.map((_, i) => textCase(i));
const variants: readonly RougeVariant[] = ['rouge1', 'rouge2', 'rougeL', 'rougeLsum'];
const rougeFigures = 24;

describe('text metrics, each on 1,000 cases:', () => {
  test.each(variants)('%s equals rouge-score, with and without stemming', (variant) => {
    expect(texts).toHaveLength(1000);
    texts.forEach(({ reference, answer }, i) => {
      for (const [kind, stem] of [false, true].entries()) {
        const { precision, recall, f1 } = rouge(variant, reference, answer, { stem });
        const at = 12 * kind + 3 * variants.indexOf(variant);
        for (const [k, value] of [precision, recall, f1].entries()) expectEqual(value, theirs[i]?.[at + k], `case ${i}, stem ${stem}`);
      }
    });
  });

  test('exact match and token F1 equal the SQuAD script, the best reference counting', () => {
    texts.forEach(({ reference, other, answer }, i) => {
      expectEqual(squadExactMatch(answer, [reference, other]), theirs[i]?.[rougeFigures], `case ${i}`);
      expectEqual(tokenF1(answer, [reference, other]), theirs[i]?.[rougeFigures + 1], `case ${i}`);
    });
  });

  test('BLEU and chrF of corpora equal sacrebleu', () => {
    golden('corpora').forEach(([bleu, chrf], i) => {
      const corpus = corpusCase(i, texts.length);
      const rows = corpus.rows
        .map((at) => texts[at] as (typeof texts)[number])
        .map(({ reference, other, answer }) => ({ answer, references: [reference, other].slice(0, corpus.references) }));
      const sum = (counts: readonly (readonly number[])[]) =>
        (counts[0] ?? []).map((_, k) => counts.reduce((total, row) => total + (row[k] as number), 0));
      expectEqual(100 * bleuOf(sum(rows.map((row) => bleuCounts(row.answer, row.references)))), bleu, `case ${i}, BLEU`);
      expectEqual(100 * chrfOf(sum(rows.map((row) => chrfCounts(row.answer, row.references)))), chrf, `case ${i}, chrF`);
    });
  });

  test('signatures are those of sacrebleu', () => {
    expect([1, 2].map((n) => [bleuSignature(n), chrfSignature(n)])).toEqual(golden('signatures'));
  });
});
