import { createHash } from 'node:crypto';
import { TunegateError } from '../../contracts/errors.ts';
import type { DatasetSpec, TaskSpec } from '../../contracts/pipeline-spec.ts';
import type { Row } from '../../contracts/rows.ts';
import { nearest } from '../spec/describe-issue.ts';
import { compileColumns } from './column-template.ts';
import { cleanText, comparisonKey } from './comparison-key.ts';
import { type Draft, draftOf } from './draft.ts';
import type { Ledger } from './ledger.ts';
import { type FindNames, nameFinder } from './private-data/name.ts';
import { redactText, showKinds } from './private-data/redact.ts';
import type { PrivateKind } from './private-data/redact.ts';
import { readSource } from './read-source.ts';
import type { RecordTable } from './record.ts';
import type { SourceText } from './read-source.ts';

export interface ReadSettings {
  readonly task: TaskSpec;
  readonly dataset: DatasetSpec;
  readonly slices: readonly string[];
  readonly groupBy: string | null;
}
export interface ReadRows {
  readonly drafts: Draft[];
  readonly read: number;
  readonly redacted: number;
}

/** Rows of a file whose comparison keys stay in memory: a key is as long as its row. */
const mostKeptKeys = 20_000;
/** Longer than the context of any model. */
const mostCharacters = 1_000_000;
const noColumns: Readonly<Record<string, string>> = {};

/**
 * Reads one file into rows: maps columns, cleans texts, drops what is unusable, and treats private data as the spec says.
 * Rows of a test file are redacted where others are rejected, so that a fixed test set stays whole.
 *
 * @throws TunegateError `column_missing`, `bad_row`, `not_supported`
 */
export function readRows(source: SourceText, settings: ReadSettings, ledger: Ledger): ReadRows {
  const drafts: Draft[] = [];
  let [read, redacted] = [0, 0];
  let columns: readonly string[] = [];
  const labels = new Map<string, string>();
  for (const table of readSource(source, settings.dataset.format)) {
    read += table.records.length;
    columns = columns.length === 0 ? table.columns : [...new Set([...columns, ...table.columns])];
    if (columns.length === 0) dropBroken(table.records, source.file, ledger);
    else redacted += readTable({ columns, records: table.records }, source, settings, ledger, drafts, labels);
  }
  return { drafts, read, redacted };
}

/** Adds the rows of one table to `drafts`. @param seen labels by themselves: of a million equal ones one string is kept. @returns rows that were redacted */
function readTable(
  table: RecordTable,
  source: SourceText,
  settings: ReadSettings,
  ledger: Ledger,
  drafts: Draft[],
  seen: Map<string, string>,
): number {
  const { task, dataset } = settings;
  const input = compileColumns(dataset.input, table.columns, source.file, 'dataset.input');
  const output = compileColumns(dataset.output, table.columns, source.file, 'dataset.output');
  const isTest = source.role === 'test';
  const optional = (name: string, key: string, mustExist: boolean) =>
    mustExist || table.columns.includes(name.split('.')[0] ?? name) ? compileColumns(name, table.columns, source.file, key) : () => '';
  const group = settings.groupBy === null ? null : optional(settings.groupBy, 'dataset.split.groupBy', !isTest);
  const slices = settings.slices.map((name) => [name, optional(name, 'evaluation.slices', isTest || dataset.test === undefined)] as const);
  const findNames = nameFinder(dataset.names ?? []);
  const { timeBy } = dataset.split;
  const time = timeBy === undefined || isTest ? null : compileColumns(timeBy, table.columns, source.file, 'dataset.split.timeBy');
  const labels = task.type === 'classification' && task.labels !== 'auto' ? new Set(task.labels.map(cleanText)) : null;

  let redacted = 0;
  let [lastLine, onLine] = [0, 0];
  for (const record of table.records) {
    const at = { file: source.file, line: record.line };
    const invalid = (field: string | null, message: string, remedy: string): void => {
      ledger.drop('invalid', { at, field, message, remedy });
    };
    if (record.problem !== null) {
      invalid(null, record.problem.message, record.problem.remedy);
      continue;
    }
    let inputText = cleanText(input(record.values));
    let outputText = cleanText(output(record.values));
    const problem = rowProblem(inputText, outputText, task, labels);
    if (problem !== null) {
      invalid(problem.field === 'input' ? dataset.input : dataset.output, problem.message, problem.remedy);
      continue;
    }
    const when = time === null ? null : timeOf(time(record.values));
    if (when !== null && Number.isNaN(when)) {
      invalid(timeBy ?? null, 'the time cannot be read', 'write it as 2026-03-31 or 2026-03-31T12:00:00Z, or as seconds since 1970');
      continue;
    }
    const found = redactText([inputText, task.type === 'classification' ? '' : outputText], dataset.pii !== 'allow', findNames);
    if (found.kinds.length > 0) {
      const message = `the row holds ${showKinds(found.kinds)}`;
      if (dataset.pii === 'reject' && !isTest) {
        ledger.drop('pii', { at, field: dataset.input, message, remedy: 'set dataset.pii to redact to keep such rows with placeholders' });
        continue;
      }
      if (dataset.pii === 'allow') ledger.warn('pii', { at, field: dataset.input, message, remedy: 'set dataset.pii to redact or reject' });
      else {
        redacted++;
        ledger.redact({
          at,
          field: dataset.input,
          message: `${message}, replaced by placeholders`,
          remedy: 'nothing to do; set dataset.pii to reject to drop such rows',
        });
        inputText = found.texts[0] ?? inputText;
        if (task.type !== 'classification') outputText = found.texts[1] ?? outputText;
      }
    }
    const weight = typeof record.values.weight === 'number' && record.values.messages !== undefined ? record.values.weight : 1;
    // Rows of a JSON list may share a line.
    onLine = record.line === lastLine ? onLine + 1 : 1;
    lastLine = record.line;
    const id = `${source.file}:${record.line}${onLine > 1 ? `#${onLine}` : ''}`;
    const columns = slices.length === 0 ? noColumns : Object.fromEntries(slices.map(([name, read]) => [name, cleanText(read(record.values))]));
    const groupText = group === null ? '' : cleanText(group(record.values));
    // Written out, without spreading: a million of them are a third smaller so.
    const row: Row = {
      id,
      file: source.file,
      line: record.line,
      input: inputText,
      output: task.type === 'classification' ? intern(outputText, seen) : outputText,
      group: groupText === '' ? null : privateGroup(groupText, dataset.pii !== 'allow', findNames),
      columns,
      origin: null,
      weight,
    };
    const whole = isPreference(record.values) ? { ...row, rejected: cleanText(record.values.non_preferred_output) } : row;
    drafts.push(draftOf(whole, source.role, task.type, drafts.length < mostKeptKeys, when));
  }
  return redacted;
}

const isPreference = (values: Readonly<Record<string, unknown>>): values is { non_preferred_output: string } =>
  typeof values.preferred_output === 'string' && typeof values.non_preferred_output === 'string';

interface RowProblem {
  readonly field: 'input' | 'output';
  readonly message: string;
  readonly remedy: string;
}

function rowProblem(input: string, output: string, task: TaskSpec, labels: ReadonlySet<string> | null): RowProblem | null {
  const fill = 'fill it in, or remove the row';
  if (input === '' && output === '') return { field: 'input', message: 'the row is blank', remedy: 'remove the line' };
  if (input === '') return { field: 'input', message: 'the input is empty', remedy: fill };
  if (output === '') return { field: 'output', message: 'the output is empty', remedy: fill };
  for (const [field, text] of [
    ['input', input],
    ['output', output],
  ] as const) {
    if (text.length > mostCharacters)
      return {
        field,
        message: `the ${field} has ${text.length} characters, more than any model reads`,
        remedy: `shorten it to at most ${mostCharacters} characters; a quote or a line end may be missing`,
      };
    if (text.includes('\0')) return { field, message: `the ${field} holds a NUL character`, remedy: 'remove it' };
    if (!text.isWellFormed())
      return {
        field,
        message: `the ${field} holds half of a surrogate pair, which is no character`,
        remedy: 'export the row again; the text was cut inside a character',
      };
  }
  if (!/[a-z0-9]/i.test(input) && comparisonKey(input) === '')
    return { field: 'input', message: 'the input holds no visible character', remedy: fill };
  if (labels !== null && !labels.has(output)) {
    const near = nearest(output, [...labels]);
    return {
      field: 'output',
      message: `unknown label '${output}'`,
      remedy: near === null ? 'add it to task.labels, or correct the row' : `did you mean '${near}'?`,
    };
  }
  if (task.type === 'extraction' && !isJsonObject(output))
    return { field: 'output', message: 'the output is not a JSON object', remedy: 'write the expected answer as {"field": value, …}' };
  return null;
}

/** Milliseconds; NaN where it is no time. Without a zone it is UTC, so that it means the same on every machine. */
function timeOf(text: string): number {
  if (/^\d{9,}(\.\d+)?$/.test(text.trim())) return Number(text) * (Number(text) > 1e11 ? 1 : 1000);
  const [, day, clock, zone] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i.exec(text.trim()) ?? [];
  return day === undefined ? Number.NaN : Date.parse(clock === undefined ? day : `${day}T${clock}${zone ?? 'Z'}`);
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function dropBroken(records: RecordTable['records'], file: string, ledger: Ledger): void {
  for (const { line, problem } of records)
    ledger.drop('invalid', { at: { file, line }, message: problem?.message ?? 'the row is blank', remedy: problem?.remedy ?? 'remove it' });
}

function intern(text: string, seen: Map<string, string>): string {
  const known = seen.get(text);
  if (known !== undefined) return known;
  seen.set(text, text);
  return text;
}

/** A group may be an e-mail address; its hash groups as well. */
function privateGroup(group: string, isPrivate: boolean, findNames: FindNames): string {
  const kinds: readonly PrivateKind[] = isPrivate ? redactText([group], true, findNames).kinds : [];
  return kinds.length === 0 ? group : `sha256:${createHash('sha256').update(group).digest('hex').slice(0, 16)}`;
}

/** Refuses sources of a role that gave no row: `empty_test` or `empty_dataset`. */
export function refuseEmpty(sources: readonly SourceText[], role: SourceText['role']): never {
  const files = sources
    .filter((source) => source.role === role)
    .map((source) => source.file)
    .join(', ');
  if (role === 'test') {
    throw new TunegateError('empty_test', `there is no usable row in the test file ${files}`, {
      where: files,
      remedy: 'give at least one row with input and output; some hundred tell more',
    });
  }
  throw new TunegateError('empty_dataset', `there is no usable row in ${files}`, {
    where: files,
    remedy: 'check dataset.input and dataset.output, and that the file has rows below its header',
  });
}
