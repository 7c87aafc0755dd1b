/**
 * Answers that rest on retrieved passages, by four figures in 0 … 1.
 *
 *   faithfulness       share of the answer's sentences that the passages support
 *   answer_relevance   how much the answer is one to the question, graded 1 … 5
 *   context_precision  average precision of the passages: Σ_k useful_k · precision@k / number of useful ones
 *   context_recall     share of the reference's sentences that the passages support
 *
 * Source: Es et al., *RAGAS: automated evaluation of retrieval augmented generation*, EACL 2024. Sentences are split by Unicode's rules instead of by the judge.
 */
import { grades, type JudgeQuestion, parts, readChoice, yesOrNo } from './question.ts';
import type { JudgedRow } from './rubric.ts';

export const groundingMetrics = ['faithfulness', 'answer_relevance', 'context_precision', 'context_recall'] as const;
export type GroundingMetric = (typeof groundingMetrics)[number];
export type Grounding = Readonly<Record<GroundingMetric, number | null>>;

export interface GroundedRow extends JudgedRow {
  readonly passages: readonly string[];
}

const mostSentences = 8;
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

export function sentencesOf(text: string): string[] {
  return [...segmenter.segment(text)]
    .map(({ segment }) => segment.trim())
    .filter((s) => /[\p{L}\p{N}]/u.test(s))
    .slice(0, mostSentences);
}

export function groundingQuestions({ row, input, expected, answer, passages }: GroundedRow): JudgeQuestion[] {
  const context = passages.join('\n---\n');
  const supported = (kind: string, sentence: string, i: number): JudgeQuestion => ({
    id: `${row}#${kind}-${i}`,
    system: 'You check whether a statement follows from the passages alone. What you know besides does not count.',
    user: parts(['Passages', context], ['Question', input], ['Statement', sentence]),
    choices: yesOrNo,
  });
  return [
    ...sentencesOf(answer).map((sentence, i) => supported('said', sentence, i)),
    ...sentencesOf(expected).map((sentence, i) => supported('reference', sentence, i)),
    ...passages.map(
      (passage, i): JudgeQuestion => ({
        id: `${row}#passage-${i}`,
        system: 'You check whether a passage helps to arrive at the reference answer.',
        user: parts(['Question', input], ['Reference answer', expected], ['Passage', passage]),
        choices: yesOrNo,
      }),
    ),
    {
      id: `${row}#relevance`,
      system: 'You grade how much an answer is one to the question, whether or not it is right: 5 to the point, 3 in part, 1 beside it.',
      user: parts(['Question', input], ['Answer', answer]),
      choices: grades,
    },
  ];
}

/** `reply` gives the judge's text by question id. Null: nothing to measure, or a reply that could not be read. */
export function readGrounding(grounded: GroundedRow, reply: (id: string) => string | undefined): Grounding {
  const { row, answer, expected, passages } = grounded;
  const flags = (kind: string, count: number): boolean[] | null => {
    const read = Array.from({ length: count }, (_, i) => readChoice(reply(`${row}#${kind}-${i}`) ?? '', yesOrNo));
    return count === 0 || read.includes(null) ? null : read.map((said) => said === 'yes');
  };
  const grade = readChoice(reply(`${row}#relevance`) ?? '', grades);
  return {
    faithfulness: shareOf(flags('said', sentencesOf(answer).length)),
    answer_relevance: grade === null ? null : (Number(grade) - 1) / 4,
    context_precision: averagePrecision(flags('passage', passages.length)),
    context_recall: shareOf(flags('reference', sentencesOf(expected).length)),
  };
}

const shareOf = (flags: readonly boolean[] | null): number | null => (flags === null ? null : flags.filter(Boolean).length / flags.length);

/** 0 where no passage is useful. */
export function averagePrecision(useful: readonly boolean[] | null): number | null {
  if (useful === null) return null;
  let [hits, sum] = [0, 0];
  for (const [i, isUseful] of useful.entries()) {
    if (!isUseful) continue;
    hits += 1;
    sum += hits / (i + 1);
  }
  return hits === 0 ? 0 : sum / hits;
}
