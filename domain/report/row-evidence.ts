/** What the rows themselves say: where two arms differ, where one is wrong, and how it fares in parts of the traffic. All in the order of the test rows. */
import type { TaskShape } from '../../contracts/artifact.ts';
import { wilsonInterval } from '../evaluation/wilson.ts';
import type { Changes, Slice } from './report-data.ts';
import { isRightAnswer } from './right-answer.ts';

/** An arm's answer to one test row. */
export interface Answered {
  readonly row: string;
  readonly expected: string;
  readonly answer: string | null;
  /** Of this answer by the gate's metric, where it has one. */
  readonly score?: number | null;
}
type TaskType = TaskShape['type'];

/** Places of the first `most` rows that the arm got wrong, and how many there are; where answers are neither right nor wrong, those of the lowest score. */
export function findMistakes(task: TaskType, answers: readonly Answered[], most: number): { kind: 'wrong' | 'all'; total: number; places: number[] } {
  if (task === 'generation') {
    const lowestFirst = [...answers.keys()].sort((a, b) => (answers[a]?.score ?? 0) - (answers[b]?.score ?? 0) || a - b);
    return { kind: 'all', total: answers.length, places: lowestFirst.slice(0, most) };
  }
  const wrong = [...answers.keys()].filter((i) => answers[i] && isRightAnswer(task, answers[i].expected, answers[i].answer) === false);
  return { kind: 'wrong', total: wrong.length, places: wrong.slice(0, most) };
}

export interface ChangedPlace {
  readonly place: number;
  readonly verdict: Changes['rows'][number]['verdict'];
}

/** Places where candidate and champion say different things, gains and losses before other differences. */
export function compareRows(task: TaskType, champion: readonly Answered[], candidate: readonly Answered[]): ChangedPlace[] {
  const said = new Map(champion.map((c) => [c.row, c.answer]));
  const changed = candidate.flatMap(({ row, expected, answer }, place): ChangedPlace[] => {
    const before = said.get(row) ?? null;
    if (before === answer) return [];
    const [was, is] = [isRightAnswer(task, expected, before), isRightAnswer(task, expected, answer)];
    return [{ place, verdict: was === is ? 'other' : is ? 'gain' : 'loss' }];
  });
  return [...changed.filter((c) => c.verdict !== 'other'), ...changed.filter((c) => c.verdict === 'other')];
}

/**
 * Share of right answers for each value of a column, the most frequent value first, with Wilson's interval.
 *
 * @param values the column's value of each test row, by row id
 */
export function sliceRows(
  task: TaskType,
  column: string,
  values: ReadonlyMap<string, string>,
  arms: readonly { readonly name: string; readonly answers: readonly Answered[] }[],
  most: number,
): Slice {
  const tallies = arms.map(({ answers }) => {
    const tally = new Map<string, { n: number; right: number }>();
    for (const { row, expected, answer } of answers) {
      const value = values.get(row) ?? '';
      const at = tally.get(value) ?? { n: 0, right: 0 };
      tally.set(value, { n: at.n + 1, right: at.right + Number(isRightAnswer(task, expected, answer) === true) });
    }
    return tally;
  });
  const counted = [...(tallies[0] ?? new Map<string, { n: number; right: number }>())].sort((a, b) => b[1].n - a[1].n).slice(0, most);
  return {
    column,
    arms: arms.map((a) => a.name),
    values: counted.map(([value, { n }]) => ({
      value,
      n,
      estimates: tallies.map((t) => wilsonInterval(t.get(value)?.right ?? 0, t.get(value)?.n ?? 0)),
    })),
  };
}
