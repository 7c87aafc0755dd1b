import type { Row, Split } from '../../contracts/rows.ts';
import { countBy } from './check-labels.ts';

/** Rows of each label on each side. */
export type Balance = Readonly<Record<string, Readonly<Record<Split, number>>>>;

export function balanceOf(labels: readonly string[], rows: Readonly<Record<Split, readonly Row[]>>): Balance {
  const [train, validation, test] = [countBy(rows.train), countBy(rows.validation), countBy(rows.test)];
  return Object.fromEntries(
    labels.map((label) => [label, { train: train.get(label) ?? 0, validation: validation.get(label) ?? 0, test: test.get(label) ?? 0 }]),
  );
}

/** Weights by which every label counts the same in training: n / (k · n_c) for n rows, k labels and n_c rows of the label (scikit-learn's `balanced`). */
export function balanceWeights(train: readonly Row[]): Row[] {
  const counts = countBy(train);
  return train.map((row) => ({ ...row, weight: (row.weight * train.length) / (counts.size * (counts.get(row.output) ?? 1)) }));
}
