import { TunegateError } from '../../contracts/errors.ts';
import type { DatasetSpec } from '../../contracts/pipeline-spec.ts';
import { detectDelimiter, detectFormat, type TextFormat } from './detect-format.ts';
import { readCsv } from './read-csv.ts';
import { readJson, readJsonLines } from './read-json.ts';
import type { RecordTable, SourceRecord } from './record.ts';
import { type TextBlock, textBlocks } from './text-blocks.ts';

/** A file of rows: its text, or its bytes piece by piece where it is large. `file` is the name that messages and row ids show. */
export interface SourceText {
  readonly file: string;
  /** What the text is, where the name does not say it: a table that was read out of another kind of file. */
  readonly format?: TextFormat;
  readonly text: string | (() => Iterable<Uint8Array>);
  readonly role: 'source' | 'test';
}

/** More broken records than this share mean that the file is read in the wrong way, not that some rows are bad. */
const brokenShare = 0.1;

/**
 * Reads one file into records, in tables that follow each other. Records that cannot be used are kept with their problem as long as they are few.
 *
 * @throws TunegateError `bad_row` at the first broken record where more than a tenth is broken, or where the rest of the file cannot be told; `not_supported`
 */
export function* readSource(source: SourceText, format: DatasetSpec['format']): Generator<RecordTable, void> {
  let [total, broken] = [0, 0];
  let first: SourceRecord | null = null;
  /** Blank records count only where another follows. */
  let blanks: SourceRecord[] = [];
  /** The last table waits for the verdict on all of them. */
  let held: RecordTable | null = null;
  for (const table of tablesOf(source, format)) {
    const records = [...blanks, ...table.records];
    blanks = [];
    while (records.at(-1)?.problem?.blank === true) blanks.unshift(records.pop() as SourceRecord);
    for (const record of records) {
      if (record.problem === null || record.problem.blank) continue;
      first ??= record;
      broken++;
    }
    total += records.length;
    if (held !== null) yield held;
    held = { columns: table.columns, records };
  }
  if (first?.problem && broken > total * brokenShare) {
    throw new TunegateError(
      'bad_row',
      `${source.file}, line ${first.line}: ${first.problem.message}${broken > 1 ? `; ${broken} of ${total} rows are broken` : ''}`,
      {
        where: `${source.file}:${first.line}`,
        remedy: first.problem.remedy,
      },
    );
  }
  if (held !== null) yield held;
}

function* tablesOf(source: SourceText, asked: DatasetSpec['format']): Generator<RecordTable, void> {
  const { file, text } = source;
  if (typeof text === 'string') {
    yield readWhole(source.format ?? detectFormat(file, text, asked), text, file);
    return;
  }
  const format = source.format ?? detectFormat(file, startOf(text(), file), asked);
  if (format === 'json') yield readJson([...textBlocks(text(), file, false)].map((block) => block.text).join(''), file);
  else if (format === 'jsonl' || format === 'chat') for (const block of textBlocks(text(), file, false)) yield readJsonLines(block.text, block.line);
  else yield* csvTables(textBlocks(text(), file, true), file, format);
}

function readWhole(format: TextFormat, text: string, file: string): RecordTable {
  switch (format) {
    case 'csv':
      return readCsv(text, file, detectDelimiter(text));
    case 'tsv':
      return readCsv(text, file, '\t');
    case 'json':
      return readJson(text, file);
    case 'jsonl':
    case 'chat':
      return readJsonLines(text);
  }
}

function* csvTables(blocks: Iterable<TextBlock>, file: string, format: 'csv' | 'tsv'): Generator<RecordTable, void> {
  let header: readonly string[] | null = null;
  let delimiter = '\t';
  for (const { text, line } of blocks) {
    if (header === null && format === 'csv') delimiter = detectDelimiter(text);
    const table = readCsv(text, file, delimiter, header === null ? null : { header, line });
    header ??= table.columns;
    yield table;
  }
}

/** Enough of a file to see what it is. */
function startOf(chunks: Iterable<Uint8Array>, file: string): string {
  for (const { text } of textBlocks(chunks, file, false)) return text.slice(0, 65_536);
  return '';
}
