import { CsvError, parse } from 'csv-parse/sync';
import { TunegateError } from '../../contracts/errors.ts';
import type { RecordTable, SourceRecord } from './record.ts';

/**
 * Reads CSV or TSV by RFC 4180: quoted fields may hold line ends, and the line ends of one file may be mixed.
 *
 * @param after the header and the first line, where `text` is a later part of a file
 * @throws TunegateError `bad_row` where a quote is broken, at the line where it opened, since nothing behind it can be trusted
 */
export function readCsv(
  text: string,
  file: string,
  delimiter: string,
  after: { readonly header: readonly string[]; readonly line: number } | null = null,
): RecordTable {
  const bytes = Buffer.from(text, 'utf8');
  const ends: number[] = [];
  const firstLine = after?.line ?? 1;
  const rows = parseRows(bytes, file, delimiter, ends, firstLine);
  const lines = lineCounter(bytes, firstLine);
  const header = after?.header ?? (rows[0] ?? []).map((name, i) => name.trim().normalize('NFC') || `column_${i + 1}`);
  refuseRepeated(header, file);
  const records: SourceRecord[] = [];
  for (let i = after === null ? 1 : 0; i < rows.length; i++) {
    const row = rows[i] ?? [];
    const line = lines(i === 0 ? 0 : (ends[i - 1] ?? 0));
    if (row.length === 1 && row[0]?.trim() === '') {
      records.push({ line, values: {}, problem: { message: 'the row is blank', remedy: 'remove the line', blank: true } });
    } else if (row.length !== header.length) {
      const hint =
        row.length > header.length
          ? 'a text with a comma, a quote or a line end must stand in double quotes'
          : 'a value is missing, or a quote swallowed a separator';
      records.push({
        line,
        values: {},
        problem: { message: `the row has ${row.length} columns and the header ${header.length}`, remedy: hint, blank: false },
      });
    } else {
      const values: Record<string, string> = {};
      for (let c = 0; c < header.length; c++) values[header[c] ?? ''] = row[c] ?? '';
      records.push({ line, values, problem: null });
    }
  }
  return { columns: after === null && rows.length === 0 ? [] : header, records };
}

function parseRows(bytes: Buffer, file: string, delimiter: string, ends: number[], firstLine: number): string[][] {
  try {
    return parse(bytes, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: false,
      on_record: (record: string[], context) => {
        ends.push(context.bytes);
        return record;
      },
    });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const start = ends.at(-1) ?? 0;
    const quote = openQuote(bytes, start, delimiter.charCodeAt(0));
    const line = lineCounter(bytes, firstLine)(quote);
    const what =
      cause.code === 'CSV_QUOTE_NOT_CLOSED'
        ? 'is never closed'
        : cause.code === 'INVALID_OPENING_QUOTE'
          ? 'stands inside a text that does not begin with one'
          : 'is not followed by a separator where it closes';
    throw new TunegateError('bad_row', `${file}, line ${line}: the quote that opens here ${what}`, {
      where: `${file}:${line}`,
      remedy: 'put the whole text in double quotes and write each quote inside it twice: "he said ""yes"""',
      cause,
    });
  }
}

/** Where the quote stands that broke the record beginning at `start`: the last that opened, or the first inside a bare text. */
function openQuote(bytes: Buffer, start: number, delimiter: number): number {
  const quote = 0x22;
  let fieldStart = true;
  for (let i = start; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === quote && !fieldStart) return i;
    if (byte === quote) {
      const opened = i;
      for (i++; i < bytes.length && (bytes[i] !== quote || bytes[i + 1] === quote); i++) if (bytes[i] === quote) i++;
      const next = bytes[i + 1];
      if (i >= bytes.length || !(next === undefined || next === delimiter || next === 0x0a || next === 0x0d)) return opened;
    }
    fieldStart = byte === delimiter || byte === 0x0a || byte === 0x0d;
  }
  return start;
}

/** Line of a byte offset, for offsets that only grow. `\r\n`, `\n` and `\r` each end one line. */
function lineCounter(bytes: Buffer, firstLine: number): (offset: number) => number {
  let at = 0;
  let line = firstLine;
  return (offset) => {
    for (; at < offset; at++) {
      const byte = bytes[at];
      if (byte === 0x0a || (byte === 0x0d && bytes[at + 1] !== 0x0a)) line++;
    }
    return line;
  };
}

function refuseRepeated(header: readonly string[], file: string): void {
  const twice = header.find((name, i) => header.indexOf(name) < i);
  if (twice === undefined) return;
  throw new TunegateError('bad_row', `the header of ${file} names the column '${twice}' twice`, {
    where: `${file}:1`,
    remedy: 'give each column its own name',
  });
}
