/** Who was taken for whom. Row: the expected label; column: the answer, the last column holding what is no label at all. */
export interface Confusion {
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

export interface ClassificationRow {
  readonly expected: string;
  /** Null where the output could not be parsed. */
  readonly answer: string | null;
  /** Rows that share a source are not independent; null stands alone. */
  readonly group?: string | null;
}

/** Where each label stands; expected labels that `labels` lacks are added behind it. */
export function labelIndex(rows: readonly ClassificationRow[], labels: readonly string[]): Map<string, number> {
  const index = new Map<string, number>();
  for (const label of labels) if (!index.has(label)) index.set(label, index.size);
  for (const row of rows) if (!index.has(row.expected)) index.set(row.expected, index.size);
  return index;
}

/** The column of an answer; one that is no label counts as unparseable. */
export function answerColumn(answer: string | null, index: ReadonlyMap<string, number>): number {
  return answer === null ? index.size : (index.get(answer) ?? index.size);
}
