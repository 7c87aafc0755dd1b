import { type JudgeQuestion, grades, parts, readChoice } from './question.ts';

/** Where the pipeline file names no rubric. */
export const usualRubric = `5: right and complete, as the reference says or better
4: right, with a small omission or a clumsy phrase
3: partly right
2: mostly wrong or beside the question
1: wrong, empty or harmful`;

export interface JudgedRow {
  readonly row: string;
  readonly input: string;
  /** The reference answer. */
  readonly expected: string;
  readonly answer: string;
}

export function rubricQuestion({ row, input, expected, answer }: JudgedRow, rubric: string): JudgeQuestion {
  return {
    id: `${row}#rubric`,
    system: `You grade an answer by this rubric. Length and style count only where the rubric says so.\n${rubric}`,
    user: parts(['Question', input], ['Reference answer', expected], ['Answer to grade', answer]),
    choices: grades,
  };
}

/** The grade that a score in 0 … 1 stands for. */
export const gradeOf = (score: number): number => Math.round(1 + 4 * score);

/** 0 … 1, from the grades 1 … 5; null where the judge's text names none. */
export function readGrade(text: string): number | null {
  const grade = readChoice(text, grades);
  return grade === null ? null : (Number(grade) - 1) / 4;
}
