import type { DatasetSpec } from '../../contracts/pipeline-spec.ts';
import type { Row, Split } from '../../contracts/rows.ts';
import { sha256 } from '../hash.ts';
import { countBy } from './check-labels.ts';

/** Rows of each label on each side. */
export type Balance = Readonly<Record<string, Readonly<Record<Split, number>>>>;

export function balanceOf(labels: readonly string[], rows: Readonly<Record<Split, readonly Row[]>>): Balance {
  const [train, validation, test] = [countBy(rows.train), countBy(rows.validation), countBy(rows.test)];
  return Object.fromEntries(
    labels.map((label) => [label, { train: train.get(label) ?? 0, validation: validation.get(label) ?? 0, test: test.get(label) ?? 0 }]),
  );
}

/** What a model is trained on, by `dataset.sampling`. The frozen dataset keeps every row once, and validation and test keep the balance that they have. */
export function sampleTraining(train: readonly Row[], { sampling, split }: DatasetSpec): readonly Row[] {
  if (sampling === 'over') return repeatRare(train);
  return sampling === 'under' ? thinCommon(train, split.seed) : train;
}

/** Weights by which every label counts the same in training: n / (k · n_c) for n rows, k labels and n_c rows of the label (scikit-learn's `balanced`). */
export function balanceWeights(train: readonly Row[]): Row[] {
  const counts = countBy(train);
  return train.map((row) => ({ ...row, weight: (row.weight * train.length) / (counts.size * (counts.get(row.output) ?? 1)) }));
}

/** Rows of rarer labels again, each as often as its neighbours, until every label has as many rows as the commonest. */
function repeatRare(train: readonly Row[]): Row[] {
  const most = Math.max(...countBy(train).values());
  const copies = [...byLabel(train).values()].flatMap((rows) => Array.from({ length: most - rows.length }, (_, i) => rows[i % rows.length] as Row));
  return [...train, ...copies];
}

/** Of each label as many rows as the rarest has, chosen by the hash of seed and text. */
function thinCommon(train: readonly Row[], seed: number): Row[] {
  const least = Math.min(...countBy(train).values());
  const order = (row: Row): string => sha256(`${seed}\n${row.input}`);
  const chosen = new Set(
    [...byLabel(train).values()].flatMap((rows) =>
      rows
        .map((row) => ({ row, order: order(row) }))
        .sort((a, b) => (a.order < b.order ? -1 : 1))
        .slice(0, least)
        .map(({ row }) => row),
    ),
  );
  return train.filter((row) => chosen.has(row));
}

function byLabel(rows: readonly Row[]): Map<string, Row[]> {
  const lists = new Map<string, Row[]>();
  for (const row of rows) {
    const list = lists.get(row.output);
    if (list === undefined) lists.set(row.output, [row]);
    else list.push(row);
  }
  return lists;
}
