import type { RowRatio } from './ratio-bootstrap.ts';

export interface AnsweredRow { readonly expected: string; readonly answer: string | null }
type RowScorer = (row: AnsweredRow) => readonly [numerator: number, denominator: number];

const scorers: Readonly<Record<string, RowScorer>> = {
  accuracy: ({ expected, answer }) => [answer === expected ? 1 : 0, 1],
};

/**
 * What each row contributes to a metric that is a ratio of sums over rows, or null where the metric is none, so that any paired comparison of
 * two arms can be made from it. A row that could not be parsed scores 0.
 */
export function rowScores(metric: string, rows: readonly AnsweredRow[]): RowRatio | null {
  const scorer = scorers[metric];
  if (scorer === undefined) return null;
  const parts = rows.map(scorer);
  return { numerator: parts.map(([numerator]) => numerator), denominator: parts.map(([, denominator]) => denominator) };
}
