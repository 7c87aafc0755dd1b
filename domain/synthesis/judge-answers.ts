import { tokenF1 } from '../evaluation/squad.ts';
import type { Drop } from './read-candidate.ts';

/** What the judge answered to a new question: with its passage before it, and from memory. Null where it said nothing. */
export interface JudgedAnswer {
  readonly withPassage: string | null;
  readonly fromMemory: string | null;
}

/** Words that two answers must share, as the SQuAD script counts them, for them to say the same. */
const same = 0.5;

export interface AnswerVerdict {
  readonly drop: Drop | null;
  readonly scores: { readonly withPassage: number; readonly fromMemory: number };
}

/**
 * A row stands if the judge reads the teacher's answer out of the passage. What it also knows without the passage stands too, with its score: such rows
 * teach nothing about reading, and the report counts them.
 */
export function judgeAnswer(answer: string, { withPassage, fromMemory }: JudgedAnswer): AnswerVerdict {
  const scores = { withPassage: score(withPassage, answer), fromMemory: score(fromMemory, answer) };
  if (scores.withPassage >= same) return { drop: null, scores };
  const read = withPassage === null || withPassage.trim() === '' ? 'nothing' : `'${withPassage.slice(0, 80)}'`;
  return { drop: { filter: 'answerable', why: `the judge reads ${read} in the passage, the teacher wrote '${answer.slice(0, 80)}'` }, scores };
}

const score = (given: string | null, answer: string): number => (given === null ? 0 : tokenF1(given, [answer]));
