import { select } from '@inquirer/prompts';
import type { AnswerToLabel } from '../../contracts/judge.ts';
import { say } from './result.ts';

/** Shows one answer beside its reference and asks for a grade; null where the person stops. */
export async function askGrade({ input, expected, answer }: AnswerToLabel, place: string): Promise<number | null> {
  say(`\n${place}\n  Question   ${input}\n  Reference  ${expected}\n  Answer     ${answer}`);
  const grades = [5, 4, 3, 2, 1].map((value) => ({ name: String(value), value: value as number | null }));
  return select({ message: 'Your grade', choices: [...grades, { name: 'stop here', value: null }] });
}
