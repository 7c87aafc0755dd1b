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

/** Expected labels that `labels` lacks are added behind it. An answer that is no label counts as unparseable. */
export function confusionMatrix(rows: readonly ClassificationRow[], labels: readonly string[]): Confusion {
  const index = labelIndex(rows, labels);
  const counts = Array.from(index, () => new Array<number>(index.size + 1).fill(0));
  for (const row of rows) {
    const line = counts[index.get(row.expected) as number] as number[];
    const column = answerColumn(row.answer, index);
    line[column] = (line[column] as number) + 1;
  }
  return { labels: [...index.keys()], counts };
}

export function labelIndex(rows: readonly ClassificationRow[], labels: readonly string[]): Map<string, number> {
  const index = new Map<string, number>();
  for (const label of labels) if (!index.has(label)) index.set(label, index.size);
  for (const row of rows) if (!index.has(row.expected)) index.set(row.expected, index.size);
  return index;
}

export function answerColumn(answer: string | null, index: ReadonlyMap<string, number>): number {
  return answer === null ? index.size : (index.get(answer) ?? index.size);
}
