import type { GateArm } from './gate-input.ts';

export interface TestRow {
  readonly id: string;
  readonly expected: string;
  readonly group: string | null;
}

export interface AlignedRows {
  /** Every row that any arm answered, in the order of the first arm that did. */
  readonly rows: readonly TestRow[];
  /** Rows whose expected answer differs between arms, so that they were not asked the same. */
  readonly disagreeing: readonly string[];
}

/** The test as the arms saw it. */
export function alignRows(arms: readonly GateArm[], groups: Readonly<Record<string, string | null>> = {}): AlignedRows {
  const rows = new Map<string, TestRow>();
  const disagreeing = new Set<string>();
  for (const arm of arms) {
    for (const { row: id, expected } of arm.predictions) {
      const known = rows.get(id);
      if (known === undefined) rows.set(id, { id, expected, group: groups[id] ?? null });
      else if (known.expected !== expected) disagreeing.add(id);
    }
  }
  return { rows: [...rows.values()], disagreeing: [...disagreeing] };
}

/** The arm's answer to each row; null where it failed or said nothing that could be parsed. */
export function answersOf(arm: GateArm, rows: readonly TestRow[]): (string | null)[] {
  const answers = new Map(arm.predictions.map((prediction) => [prediction.row, prediction.error === null ? prediction.answer : null]));
  return rows.map((row) => answers.get(row.id) ?? null);
}
