import { TunegateError } from '../../contracts/errors.ts';
import { jsonFault } from './json-fault.ts';
import { readChat, readPreference } from './read-chat.ts';
import type { RecordTable, SourceRecord } from './record.ts';

/** Reads JSON lines. A line that is not a JSON object becomes a record with a problem, and reading goes on behind it. */
export function readJsonLines(text: string, firstLine = 1): RecordTable {
  const records: SourceRecord[] = [];
  let line = firstLine;
  for (let start = 0; start < text.length; line++) {
    const end = endOfLine(text, start);
    const content = text.slice(start, end).trim();
    records.push(
      content === '' ? { line, values: {}, problem: { message: 'the line is blank', remedy: 'remove it', blank: true } } : readLine(content, line),
    );
    start = end + (text.startsWith('\r\n', end) ? 2 : 1);
  }
  return { columns: columnsOf(records), records };
}

function readLine(content: string, line: number): SourceRecord {
  try {
    return toRecord(JSON.parse(content) as unknown, line);
  } catch {
    return {
      line,
      values: {},
      problem: {
        message: `the line is not valid JSON at character ${jsonFault(content) + 1}`,
        remedy: 'each line must hold one complete JSON object',
        blank: false,
      },
    };
  }
}

/**
 * Reads a JSON file: a list of objects, or an object with one list in it.
 *
 * @throws TunegateError `bad_row` with line and column where the file is not valid JSON or holds no list
 */
export function readJson(text: string, file: string): RecordTable {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text) as unknown;
  } catch (cause) {
    const before = text.slice(0, jsonFault(text)).split(/\r\n|\n|\r/);
    const where = `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
    throw new TunegateError('bad_row', `${file} is not valid JSON`, {
      where,
      remedy: 'check the brackets, quotes and commas around this place',
      cause,
    });
  }
  const lists = Array.isArray(parsed) ? [parsed] : typeof parsed === 'object' && parsed !== null ? Object.values(parsed).filter(Array.isArray) : [];
  const list: unknown[] | undefined = lists[0];
  if (list === undefined || lists.length > 1) {
    throw new TunegateError('bad_row', `${file} does not hold one list of rows`, {
      where: `${file}:1`,
      remedy: 'write the rows as [{…}, {…}], or one object a line in a .jsonl file',
    });
  }
  const starts = elementLines(text, Array.isArray(parsed) ? 1 : 2);
  const records = list.map((item, i) => toRecord(item, starts[i] ?? 1));
  return { columns: columnsOf(records), records };
}

/** Lines on which the elements of the list at bracket depth `depth` begin. The text is valid JSON. */
function elementLines(text: string, depth: number): number[] {
  const lines: number[] = [];
  let level = 0;
  let line = 1;
  let listAt = -1;
  let awaiting = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\n' || (c === '\r' && text[i + 1] !== '\n')) line++;
    if (c === ' ' || c === '\n' || c === '\r' || c === '\t') continue;
    if (awaiting && level === listAt && c !== ']' && c !== ',') {
      lines.push(line);
      awaiting = false;
    }
    if (c === '"') for (i++; text[i] !== '"'; i++) i += text[i] === '\\' ? 1 : 0;
    else if (c === '[' || c === '{') {
      level++;
      if (c === '[' && listAt < 0 && level === depth) [listAt, awaiting] = [level, true];
    } else if (c === ']' || c === '}') {
      if (level === listAt) return lines;
      level--;
    } else if (c === ',' && level === listAt) awaiting = true;
  }
  return lines;
}

function toRecord(value: unknown, line: number): SourceRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { line, values: {}, problem: { message: 'the row is not a JSON object', remedy: 'write it as {"column": "value", …}', blank: false } };
  }
  const values = value as Record<string, unknown>;
  if (isTooDeep(values))
    return {
      line,
      values: {},
      problem: { message: `the row is nested too deep: more than ${mostLevels} levels`, remedy: 'write its parts as columns', blank: false },
    };
  if (Array.isArray(values.messages)) return readChat(values, values.messages, line);
  return 'preferred_output' in values ? readPreference(values, line) : { line, values, problem: null };
}

const mostLevels = 100;

/** Goes level by level, since what is too deep is too deep for a stack as well. */
function isTooDeep(values: Readonly<Record<string, unknown>>): boolean {
  let level: unknown[] = Object.values(values).filter((value) => typeof value === 'object');
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > mostLevels) return true;
    level = level.flatMap((value) => (value === null ? [] : Object.values(value as object))).filter((value) => typeof value === 'object');
  }
  return false;
}

function columnsOf(records: readonly SourceRecord[]): string[] {
  const names = new Set<string>();
  for (const record of records) for (const name in record.values) names.add(name);
  return [...names];
}

function endOfLine(text: string, start: number): number {
  const newline = text.indexOf('\n', start);
  const end = newline < 0 ? text.length : newline;
  return end > start && text[end - 1] === '\r' ? end - 1 : end;
}
