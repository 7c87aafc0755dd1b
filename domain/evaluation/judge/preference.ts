/** Which of two answers is better, asked in both orders: a judge that changes its mind with the order has none. */
import { type JudgeQuestion, parts, preferences, readChoice } from './question.ts';
import type { JudgedRow } from './rubric.ts';

export interface Preference {
  readonly row: string;
  /** 1: the candidate's answer, −1: the other's, 0: neither. */
  readonly verdict: 1 | 0 | -1;
  /** The verdict turned over with the order, which makes it a tie. */
  readonly flipped: boolean;
  /** One of the two replies named none of the choices. */
  readonly unreadable: boolean;
}

/** Candidate first, then candidate second. */
export function preferenceQuestions(own: JudgedRow, other: JudgedRow, rubric: string): [JudgeQuestion, JudgeQuestion] {
  const ask = (order: string, a: string, b: string): JudgeQuestion => ({
    id: `${own.row}#${order}`,
    system: `You compare two answers by this rubric. Length, style and order do not count. Say tie where neither is better.\n${rubric}`,
    user: parts(['Question', own.input], ['Reference answer', own.expected], ['Answer A', a], ['Answer B', b]),
    choices: preferences,
  });
  return [ask('first', own.answer, other.answer), ask('second', other.answer, own.answer)];
}

/** Reads the replies to {@link preferenceQuestions}. */
export function readPreference(row: string, first: string, second: string): Preference {
  const [a, b] = [readChoice(first, preferences), readChoice(second, preferences)];
  if (a === null || b === null) return { row, verdict: 0, flipped: false, unreadable: true };
  const votes = [{ A: 1, B: -1, tie: 0 }[a] ?? 0, { A: -1, B: 1, tie: 0 }[b] ?? 0] as const;
  const verdict = votes[0] === votes[1] ? (votes[0] as 1 | 0 | -1) : 0;
  return { row, verdict, flipped: votes[0] * votes[1] === -1, unreadable: false };
}
