import { distance } from 'fastest-levenshtein';
import { TunegateError } from '../../contracts/errors.ts';
import type { Row } from '../../contracts/rows.ts';
import { comparisonKey } from './comparison-key.ts';
import type { Draft } from './draft.ts';
import type { Ledger } from './ledger.ts';

/** Every label in code-unit order: of the list in the spec, else of the rows. */
export function labelsOf(listed: readonly string[] | 'auto', drafts: readonly Draft[]): string[] {
  const labels = listed === 'auto' ? drafts.map((draft) => draft.row.output) : listed.map((label) => label.trim().normalize('NFC'));
  return [...new Set(labels)].sort();
}

/**
 * @throws TunegateError `one_class` where there is nothing to tell apart; `too_few_rows` where not every class can have a row
 */
export function requireClasses(drafts: readonly Draft[], labels: readonly string[], files: string): void {
  const present = new Set(drafts.map((draft) => draft.row.output));
  const [only] = present;
  if (drafts.length === 0) tooFew(0, labels.length, files);
  if (present.size < 2) {
    throw new TunegateError('one_class', `every row has the label '${String(only)}'`, {
      where: files,
      remedy: 'classification needs rows of at least two labels; check dataset.output',
    });
  }
  if (drafts.length < labels.length) tooFew(drafts.length, labels.length, files);
}

/** @throws TunegateError `too_few_rows` where no test row could be split off */
export function requireTest(test: readonly Draft[], rows: number, classes: number, files: string): void {
  if (test.length > 0) return;
  throw new TunegateError('too_few_rows', `${rows} rows are too few to split off a test set${classes > 0 ? ` of ${classes} classes` : ''}`, {
    where: files,
    remedy: 'add rows, or name a file in dataset.test',
  });
}

/** @throws TunegateError `too_few_rows` where the training rows are fewer than the classes, or there is none */
export function requireTraining(train: readonly Row[], labels: readonly string[], files: string): void {
  if (train.length < Math.max(1, labels.length)) tooFew(train.length, labels.length, files);
}

function tooFew(rows: number, classes: number, files: string): never {
  throw new TunegateError(
    'too_few_rows',
    rows === 0 ? 'no row is left for training' : `${rows} rows are left for training, fewer than the ${classes} classes`,
    {
      where: files,
      remedy: 'add rows; ten for each class is a sensible least. `tunegate dataset check` names the rows that were dropped',
    },
  );
}

/** Warns of labels that are hardly there, look misspelt, or are only tested. */
export function checkLabels(train: readonly Row[], test: readonly Row[], labels: readonly string[], ledger: Ledger): void {
  const counts = countBy(train);
  for (const label of labels) {
    const count = counts.get(label) ?? 0;
    const tested = test.find((row) => row.output === label);
    if (count === 0 && tested !== undefined) {
      ledger.warn('label', {
        at: tested,
        field: 'output',
        message: `the label '${label}' is tested but has no training row`,
        remedy: 'add training rows for it, or correct the test rows',
      });
    }
    const row = train.find((candidate) => candidate.output === label);
    if (row === undefined || count > 2) continue;
    const twin = [...counts].find(([other, n]) => n >= 5 * count && looksMisspelt(label, other));
    if (twin !== undefined) {
      ledger.warn('label', {
        at: row,
        field: 'output',
        message: `the label '${label}' stands in ${count} ${count === 1 ? 'row' : 'rows'}; is it '${twin[0]}'?`,
        remedy: 'correct the label, or list the right ones in task.labels',
      });
    } else if (count < 2) {
      ledger.warn('balance', {
        at: row,
        field: 'output',
        message: `the label '${label}' has one training row`,
        remedy: 'add rows, or merge it with another label',
      });
    }
  }
}

export function countBy(rows: readonly Row[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.output, (counts.get(row.output) ?? 0) + 1);
  return counts;
}

function looksMisspelt(label: string, other: string): boolean {
  if (label === other) return false;
  const [a, b] = [comparisonKey(label), comparisonKey(other)].map((key) => key.replace(/[\s_-]+/g, ' ')) as [string, string];
  return a === b || (b.length >= 6 && distance(a, b) <= (b.length >= 10 ? 2 : 1));
}
