import type { DatasetSpec, TaskSpec } from '../../contracts/pipeline-spec.ts';
import type { Row, Split } from '../../contracts/rows.ts';
import type { DroppedCounts, Finding } from '../../contracts/run.ts';
import { balanceOf, balanceWeights } from './balance.ts';
import type { Balance } from './balance.ts';
import { type ChampionRows, holdOutFresh } from './hold-out-fresh.ts';
import { checkLabels, countBy, labelsOf, requireClasses, requireTest, requireTraining } from './check-labels.ts';
import { checkTexts, type TextLimits } from './check-texts.ts';
import { type Draft, draftOf } from './draft.ts';
import { readRows, refuseEmpty } from './read-rows.ts';
import { openLedger } from './ledger.ts';
import type { SourceText } from './read-source.ts';
import { cleanTest, removeDuplicates } from './remove-duplicates.ts';
import { removeLeaks } from './remove-leaks.ts';
import { splitRows } from './split-rows.ts';
import { requireFewFindings } from './stop-at.ts';
import { warnOfSuspectLabels } from './suspect-labels.ts';

export type { SourceText } from './read-source.ts';

export interface PrepareInput {
  readonly task: TaskSpec;
  readonly dataset: DatasetSpec;
  /** Columns that the evaluation slices by; kept with each row. */
  readonly slices: readonly string[];
  readonly groupBy: string | null;
  readonly sources: readonly SourceText[];
  /** The test set of an earlier version of this dataset. It is taken as it is, and no test file is read. */
  readonly frozenTest: readonly Row[] | null;
  readonly limits?: TextLimits;
  /** What the endpoint's champion was made from, where there is one: rows that it does not have are fresh, and some of them are held out. */
  readonly champion?: ChampionRows | null;
}

export interface PreparedDataset {
  readonly train: Row[];
  readonly validation: Row[];
  readonly test: Row[];
  /** Held out of training because the champion's dataset does not have them. */
  readonly fresh: Row[];
  /** In code-unit order; empty unless the task is classification. */
  readonly labels: readonly string[];
  readonly dropped: DroppedCounts;
  /** Rows in which private data was replaced. */
  readonly redacted: number;
  /** Rows read: always the rows kept and the rows dropped together. */
  readonly read: number;
  readonly findings: Finding[];
  readonly balance: Balance;
  /** Rows of each label as they were read. */
  readonly before: Readonly<Record<string, number>>;
  /** Rows that are left after each step. */
  readonly funnel: readonly { readonly step: string; readonly rows: number }[];
  readonly settings: PrepareSettings;
}

/** What, beside the rows, decides the dataset. */
export interface PrepareSettings {
  readonly task: TaskSpec['type'];
  readonly dataset: Omit<DatasetSpec, 'source' | 'test'>;
  readonly slices: readonly string[];
  readonly groupBy: string | null;
}

export type Progress = (progress: { readonly step: string; readonly done: number; readonly total: number }) => void;

/**
 * The dataset stage's calculation: from the text of the source files to rows that can be trained and tested on.
 * The same input gives the same result, in whichever order the files are listed.
 *
 * @throws TunegateError `bad_row`, `column_missing`, `not_supported`, `empty_dataset`, `empty_test`, `one_class`, `too_few_rows`
 */
export function prepareDataset(input: PrepareInput, onProgress: Progress = () => undefined): PreparedDataset {
  const { task, dataset } = input;
  const threshold = dataset.nearDuplicate;
  const isLabelled = task.type === 'classification';
  const ledger = openLedger();
  const names = input.sources
    .filter((source) => source.role === 'source')
    .map((source) => source.file)
    .sort();
  const files = names.join(', ');

  const read = readAll(input, ledger, onProgress);
  const funnel = [
    { step: 'read', rows: read.read },
    { step: 'valid', rows: read.others.length + read.test.length },
  ];
  if (read.others.length === 0) refuseEmpty(input.sources, 'source');
  if (input.frozenTest === null && dataset.test !== undefined && read.test.length === 0) refuseEmpty(input.sources, 'test');

  const hasTest = read.test.length > 0;
  const test = input.frozenTest === null ? cleanTest(read.test, threshold, isLabelled, ledger) : read.test;
  const step =
    (name: string, total: number) =>
    (done: number): void => {
      if (done % 1000 === 0) onProgress({ step: name, done, total });
    };
  const apart = hasTest ? removeLeaks(test, read.others, threshold, ledger, step('leaks', read.others.length)) : read.others;
  if (hasTest) funnel.push({ step: 'without leaks', rows: apart.length + test.length });
  const distinct = removeDuplicates(apart, threshold, isLabelled, ledger, step('duplicates', apart.length));
  funnel.push({ step: 'without duplicates', rows: distinct.length + test.length });

  const labels = task.type === 'classification' ? labelsOf(task.labels, [...distinct, ...test]) : [];
  if (isLabelled) requireClasses(distinct, labels, files);
  onProgress({ step: 'split', done: 0, total: distinct.length });
  const { seed, stratify, timeBy } = dataset.split;
  // Only beside a test set that stays: what is split off now has no older version to be fresher than.
  const { rest, fresh } =
    input.champion && hasTest
      ? holdOutFresh(distinct, test, input.champion, { share: dataset.split.test, seed, isLabelled })
      : { rest: distinct, fresh: [] };
  const sides = splitRows(rest, { shares: sharesOf(dataset, hasTest), seed, stratify: stratify && isLabelled, byTime: timeBy !== undefined });
  const testSide = hasTest ? test : sides.test;
  requireTest(testSide, distinct.length, labels.length, files);
  const [train, validation] = hasTest ? [sides.train, sides.validation] : withoutLeaks(sides);
  if (!hasTest) funnel.push({ step: 'without leaks', rows: train.length + validation.length + testSide.length });

  function withoutLeaks(split: Record<Split, Draft[]>): [Draft[], Draft[]] {
    const others = [...split.train, ...split.validation];
    // Of free text only rows that are equal in answer too count as duplicates.
    const clear = new Set(removeLeaks(split.test, others, threshold, ledger, step('leaks', others.length), task.type !== 'generation'));
    return [split.train.filter((draft) => clear.has(draft)), split.validation.filter((draft) => clear.has(draft))];
  }

  const rowsOf = (drafts: readonly Draft[]): Row[] => drafts.map((draft) => draft.row);
  requireTraining(rowsOf(train), labels, files);
  if (isLabelled) {
    onProgress({ step: 'labels', done: 0, total: train.length });
    checkLabels(rowsOf(train), rowsOf(testSide), labels, ledger);
    warnOfSuspectLabels([...train, ...validation], ledger);
  }
  const weighted = dataset.weights === 'balanced' ? balanceWeights(rowsOf(train)) : rowsOf(train);
  const kept = { train: weighted, validation: rowsOf(validation), test: rowsOf(testSide), fresh: rowsOf(fresh) };
  checkTexts([...kept.train, ...kept.validation, ...kept.test, ...kept.fresh], input.limits ?? { tokens: null, detectLanguage: null }, ledger);
  if (dataset.licence === 'unknown') warnOfLicence(names[0] ?? '', ledger);
  requireFewFindings(ledger.findings, read.read, dataset.stopAt);
  const { source: _source, test: _test, ...settings } = dataset;
  return {
    ...kept,
    labels,
    dropped: ledger.dropped,
    redacted: read.redacted,
    read: read.read,
    findings: ledger.findings.sort(byPlace),
    balance: balanceOf(labels, kept),
    before: isLabelled ? read.labels : {},
    funnel,
    settings: { task: task.type, dataset: settings, slices: input.slices, groupBy: input.groupBy },
  };
}

function warnOfLicence(file: string, ledger: ReturnType<typeof openLedger>): void {
  ledger.warn('licence', {
    at: { file, line: 1 },
    message: 'nobody has said under which licence these rows may be used',
    remedy: 'write it in dataset.licence, for example: proprietary, CC-BY-4.0',
  });
}

interface ReadAll {
  readonly others: Draft[];
  readonly test: Draft[];
  readonly read: number;
  readonly redacted: number;
  readonly labels: Readonly<Record<string, number>>;
}

function readAll(input: PrepareInput, ledger: ReturnType<typeof openLedger>, onProgress: Progress): ReadAll {
  const frozen = input.frozenTest?.map((row) => draftOf(row, 'test', input.task.type)) ?? null;
  const wanted = input.sources
    .filter((source) => frozen === null || source.role === 'source')
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  const drafts: Draft[] = [];
  let [read, redacted] = [0, 0];
  for (const [i, source] of wanted.entries()) {
    onProgress({ step: `reading ${source.file}`, done: i, total: wanted.length });
    const result = readRows(source, input, ledger);
    for (const draft of result.drafts) drafts.push(draft);
    read += result.read;
    redacted += result.redacted;
  }
  const labels = input.task.type === 'classification' ? Object.fromEntries(countBy(drafts.map((draft) => draft.row))) : {};
  if (frozen === null)
    return { others: drafts.filter((d) => d.role === 'source'), test: drafts.filter((d) => d.role === 'test'), read, redacted, labels };
  // A test set that was split off stands in its source file still; there it is the test row itself and no leak.
  const places = new Map(frozen.map((draft) => [`${draft.row.id}\n${draft.key}`, draft]));
  const others = drafts.filter((draft) => !places.has(`${draft.row.id}\n${draft.key}`));
  return { others, test: frozen, read: read + frozen.length - (drafts.length - others.length), redacted, labels };
}

/** Beside a fixed test set the shares of training and validation are taken of the rest. */
function sharesOf({ split }: DatasetSpec, hasTest: boolean): { validation: number; test: number } {
  if (!hasTest) return { validation: split.validation, test: split.test };
  return { validation: split.test > 0 ? 0.15 : split.validation / (split.train + split.validation), test: 0 };
}

function byPlace(a: Finding, b: Finding): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line;
}
