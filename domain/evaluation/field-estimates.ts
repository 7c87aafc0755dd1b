import type { Estimate } from '../../contracts/run.ts';
import { compareFields, type FieldCounts } from './field-scores.ts';
import type { AnsweredRow } from './row-scores.ts';
import { estimateOf, ratioScores } from './sums-bootstrap.ts';

/** An answer with free keys has no end of paths; the most frequent ones are told. */
const mostFields = 40;
const none: FieldCounts = { truePositives: 0, falsePositives: 0, falseNegatives: 0 };

/** As a person writes it: `city`, or `customer/city` for one inside another. */
export const fieldName = (path: string): string => path.replace(/^\//, '');

export interface FieldEstimate extends Estimate {
  /** Rows in which the field is expected or answered. */
  readonly support: number;
}

/** F1 of each field of JSON answers with its interval, in the order in which the fields are met. Of one field with one value it is the share of right rows. */
export function fieldEstimates(
  rows: readonly AnsweredRow[],
  groups: readonly (string | null)[],
  options: { seed: number },
): Record<string, FieldEstimate> {
  const compared = rows.map(({ expected, answer }) => compareFields(expected, answer));
  const support = new Map<string, number>();
  for (const fields of compared) for (const field of fields.keys()) support.set(field, (support.get(field) ?? 0) + 1);
  const told = [...support].sort((a, b) => b[1] - a[1]).slice(0, mostFields);
  return Object.fromEntries(
    [...support]
      .filter(([field]) => told.some(([name]) => name === field))
      .map(([field, n]) => {
        const counts = compared.map((fields) => fields.get(field) ?? none);
        const sums = ratioScores(
          counts.map((c) => 2 * c.truePositives),
          counts.map((c) => 2 * c.truePositives + c.falsePositives + c.falseNegatives),
        );
        return [fieldName(field), { ...estimateOf(sums, groups, options), support: n }];
      }),
  );
}
