import { bleuCounts, bleuOf } from './bleu.ts';
import { chrfCounts, chrfOf } from './chrf.ts';
import { addCounts, compareFields, fieldsOf } from './field-scores.ts';
import { rouge, type RougeVariant } from './rouge.ts';
import { squadExactMatch, tokenF1 } from './squad.ts';
import { meanScores, ratioScores, type RowSums } from './sums-bootstrap.ts';

export interface AnsweredRow {
  readonly expected: string /** Null counts as an empty answer that earns nothing. */;
  readonly answer: string | null;
}

type Scorer = (row: { readonly expected: string; readonly answer: string }) => number;
const rougeF1 =
  (variant: RougeVariant): Scorer =>
  ({ expected, answer }) =>
    rouge(variant, expected, answer).f1;

const means: Readonly<Record<string, Scorer>> = {
  accuracy: ({ expected, answer }) => Number(answer === expected),
  exact_match: ({ expected, answer }) => Number(fieldsEqual(expected, answer) ?? Boolean(squadExactMatch(answer, [expected]))),
  token_f1: ({ expected, answer }) => tokenF1(answer, [expected]),
  rouge1: rougeF1('rouge1'),
  rouge2: rougeF1('rouge2'),
  rougeL: rougeF1('rougeL'),
  /** As pipeline files write it. */
  rouge_l: rougeF1('rougeL'),
  rougeLsum: rougeF1('rougeLsum'),
};

/**
 * What each row contributes to a metric, or null where the metric does not follow from answers alone (`judge`, `similarity`, `valid`). From it come the
 * metric, its interval and any paired comparison of two arms. A row that could not be parsed earns nothing. ROUGE is unstemmed; `field_f1` is
 * micro-averaged.
 */
export function rowScores(metric: string, rows: readonly AnsweredRow[]): RowSums | null {
  const scorer = means[metric];
  if (scorer !== undefined) return meanScores(rows.map(({ expected, answer }) => (answer === null ? 0 : scorer({ expected, answer }))));
  switch (metric) {
    case 'field_f1': {
      const counts = rows.map(({ expected, answer }) => addCounts(compareFields(expected, answer).values()));
      return ratioScores(
        counts.map((c) => 2 * c.truePositives),
        counts.map((c) => 2 * c.truePositives + c.falsePositives + c.falseNegatives),
      );
    }
    case 'bleu':
      return {
        columns: transpose(
          rows.map(({ expected, answer }) => bleuCounts(answer ?? '', [expected])),
          10,
        ),
        statistic: bleuOf,
      };
    case 'chrf':
      return {
        columns: transpose(
          rows.map(({ expected, answer }) => chrfCounts(answer ?? '', [expected])),
          18,
        ),
        statistic: chrfOf,
      };
    default:
      return null;
  }
}

/** Whether the answer is JSON with the fields that are expected; null where no JSON object or array is expected. */
function fieldsEqual(expected: string, answer: string): boolean | null {
  if (!/^\s*[[{]/.test(expected) || fieldsOf(expected) === null) return null;
  return (
    fieldsOf(answer) !== null && [...compareFields(expected, answer).values()].every((counts) => counts.falsePositives + counts.falseNegatives === 0)
  );
}

function transpose(rows: readonly (readonly number[])[], width: number): number[][] {
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column] as number));
}
