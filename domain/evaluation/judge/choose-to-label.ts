import { sha256 } from '../../hash.ts';

export interface GradedAnswer {
  readonly judgement: string;
  readonly row: string;
  readonly grade: number;
}

/**
 * Answers for a person to grade: of every grade that the judge gave one in turn, because agreement on a pile of fives says little. The same answers
 * always come in the same order, which their hash decides and not the grade, so that the order gives nothing away.
 */
export function chooseToLabel<Answer extends GradedAnswer>(answers: readonly Answer[], count: number): Answer[] {
  const hashOf = new Map(answers.map((answer) => [answer, sha256(`${answer.judgement}\n${answer.row}`)]));
  const byHash = (a: Answer, b: Answer) => ((hashOf.get(a) ?? '') < (hashOf.get(b) ?? '') ? -1 : 1);
  const shelves = new Map<number, Answer[]>();
  for (const answer of answers.toSorted(byHash)) shelves.set(answer.grade, [...(shelves.get(answer.grade) ?? []), answer]);
  const chosen: Answer[] = [];
  for (let round = 0; chosen.length < count && [...shelves.values()].some((shelf) => shelf.length > round); round += 1)
    for (const shelf of shelves.values()) {
      const next = shelf[round];
      if (next !== undefined && chosen.length < count) chosen.push(next);
    }
  return chosen.sort(byHash);
}
