/** Files as they really come: broken in every way that we know of, each with what it must lead to. Binary ones are made here. */
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';

/** Either the whole file is refused, at a place and with a code; or single rows are dropped, by line; or nothing is wrong with it. */
export type Expected =
  | { readonly code: string; readonly where: string; readonly message: RegExp }
  | { readonly dropped: readonly (readonly [line: number, message: RegExp])[] }
  | 'read';

export interface BrokenFile {
  readonly what: string;
  readonly file: string;
  readonly content: Uint8Array | string;
  readonly expected: Expected;
  readonly dataset?: Readonly<Record<string, unknown>>;
}

const words = 'bike brake light refund parcel invoice battery saddle chain wheel order helmet'.split(' ');
const rows = Array.from({ length: 24 }, (_, i): [string, string] => [
  `${words[i % 12]} ${words[(i * 5 + 3) % 12]} ${words[(i * 7 + 1) % 12]} number ${i * 37} is not what I asked for ${words[(i * 3) % 12]}${i}`,
  i % 2 === 0 ? 'shop' : 'workshop',
]);
const lines = rows.map(([text, label]) => `${text},${label}`);
const csv = (...more: string[]): string => ['text,label', ...lines, ...more].join('\n');
const jsonRow = (text: unknown, label: unknown = 'shop'): string => JSON.stringify({ text, label });
const jsonl = (...more: string[]): string => [...rows.map(([text, label]) => jsonRow(text, label)), ...more].join('\n');
const user = { role: 'user', content: 'where is my bike' };
const assistant = { role: 'assistant', content: 'shop' };
const chatRow = (...messages: unknown[]): string => JSON.stringify({ messages });
const chats = (...more: string[]): string =>
  [...rows.map(([content, label]) => chatRow({ role: 'user', content }, { role: 'assistant', content: label })), ...more].join('\n');
const preferences = (...more: unknown[]): string =>
  [
    ...rows.map(([text, label]) => ({
      input: { messages: [{ role: 'user', content: text }] },
      preferred_output: [{ role: 'assistant', content: label }],
      non_preferred_output: [{ role: 'assistant', content: 'I do not know' }],
    })),
    ...more,
  ]
    .map((row) => JSON.stringify(row))
    .join('\n');
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const after = lines.length + 2;
const chat = { format: 'chat', input: 'user', output: 'assistant' };
const preference = { input: 'input', output: 'preferred_output' };

export const brokenFiles: readonly BrokenFile[] = [
  { what: 'a byte-order mark', file: 'a.csv', content: `\ufeff${csv()}`, expected: 'read' },
  { what: 'a byte-order mark before JSON', file: 'a.json', content: `\ufeff[${rows.map(([t, l]) => jsonRow(t, l)).join(',\n')}]`, expected: 'read' },
  { what: 'UTF-16 with a mark', file: 'a.csv', content: utf16(`\ufeff${csv()}`), expected: 'read' },
  { what: 'UTF-16 without a mark', file: 'a.csv', content: utf16(csv()), expected: 'read' },
  { what: 'big-endian UTF-16', file: 'a.jsonl', content: utf16(`\ufeff${jsonl()}`).swap16(), expected: 'read' },
  {
    what: 'UTF-16 that was cut in a character',
    file: 'a.csv',
    content: utf16(`\ufeff${csv('x')}`).subarray(0, -1),
    expected: { code: 'bad_encoding', where: `a.csv:${after}`, message: /byte \d+ does not belong to any character/ },
  },
  {
    what: 'Latin-1',
    file: 'a.csv',
    content: Buffer.from(csv('caf\u00e9 at the corner,shop'), 'latin1'),
    expected: { code: 'bad_encoding', where: `a.csv:${after}`, message: /ISO-8859-1/ },
  },
  {
    what: 'Windows-1252',
    file: 'a.csv',
    content: Buffer.concat([Buffer.from(`${csv()}\n`), Buffer.from([0x93, 0x68, 0x69, 0x94])]),
    expected: { code: 'bad_encoding', where: `a.csv:${after}`, message: /WINDOWS-1252/ },
  },
  {
    what: 'a NUL byte',
    file: 'a.csv',
    content: csv('what is\0this,shop'),
    expected: { code: 'bad_encoding', where: `a.csv:${after}`, message: /NUL byte at offset \d+/ },
  },
  { what: 'an escaped NUL', file: 'a.jsonl', content: jsonl(jsonRow('what is\0this')), expected: { dropped: [[after - 1, /NUL character/]] } },
  {
    what: 'half of a surrogate pair',
    file: 'a.jsonl',
    content: jsonl('{"text": "a broken smile \\ud83d", "label": "shop"}'),
    expected: { dropped: [[after - 1, /half of a surrogate pair/]] },
  },
  {
    what: 'a character of UTF-8 that is cut off',
    file: 'a.csv',
    content: Buffer.concat([Buffer.from(csv('x')), Buffer.from([0xe2, 0x82])]),
    expected: { code: 'bad_encoding', where: `a.csv:${after}`, message: /byte \d+/ },
  },
  {
    what: 'an Excel file named .csv',
    file: 'a.csv',
    content: zipSync({ 'xl/workbook.xml': Buffer.from('<workbook/>'.repeat(50)) }),
    expected: { code: 'bad_encoding', where: 'a.csv:1', message: /ZIP archive, as Excel/ },
  },
  {
    what: 'a gzip file named .csv',
    file: 'a.csv',
    content: gzipSync(csv()),
    expected: { code: 'bad_encoding', where: 'a.csv:1', message: /gzip/ },
  },
  {
    what: 'a text named .parquet',
    file: 'a.parquet',
    content: csv(),
    expected: { code: 'file_unreadable', where: 'a.parquet', message: /no Parquet file/ },
  },
  {
    what: 'a Parquet file that is cut off',
    file: 'a.parquet',
    content: Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(500, 7)]),
    expected: { code: 'file_unreadable', where: 'a.parquet', message: /no Parquet file/ },
  },
  {
    what: 'a quote that never closes',
    file: 'a.csv',
    content: csv('"it never ends,shop', 'more,shop'),
    expected: { code: 'bad_row', where: `a.csv:${after}`, message: /never closed/ },
  },
  {
    what: 'a quote inside a bare text',
    file: 'a.csv',
    content: csv('a 28" wheel,shop'),
    expected: { code: 'bad_row', where: `a.csv:${after}`, message: /inside a text/ },
  },
  {
    what: 'text behind a closing quote',
    file: 'a.csv',
    content: csv('"a"b,shop'),
    expected: { code: 'bad_row', where: `a.csv:${after}`, message: /not followed by a separator/ },
  },
  {
    what: 'mixed line ends',
    file: 'a.csv',
    content: `text,label\r\n${lines.slice(0, 8).join('\n')}\r${lines.slice(8).join('\r\n')}`,
    expected: 'read',
  },
  {
    what: 'a header that names a column twice',
    file: 'a.csv',
    content: `text,label,text\n${lines.map((line) => `${line},x`).join('\n')}`,
    expected: { code: 'bad_row', where: 'a.csv:1', message: /'text' twice/ },
  },
  {
    what: 'no header',
    file: 'a.csv',
    content: lines.join('\n'),
    expected: { code: 'column_missing', where: 'a.csv:1', message: /no column 'text'/ },
  },
  {
    what: 'a header in another case',
    file: 'a.csv',
    content: `Text,Label\n${lines.join('\n')}`,
    expected: { code: 'column_missing', where: 'a.csv:1', message: /no column 'text'/ },
  },
  { what: 'nothing', file: 'a.csv', content: '', expected: { code: 'empty_dataset', where: 'a.csv', message: /no usable row/ } },
  { what: 'white space', file: 'a.csv', content: ' \n\n \n', expected: { code: 'column_missing', where: 'a.csv:1', message: /no column 'text'/ } },
  { what: 'a header alone', file: 'a.csv', content: 'text,label\n', expected: { code: 'empty_dataset', where: 'a.csv', message: /no usable row/ } },
  {
    what: 'a line of 50 MB',
    file: 'a.csv',
    content: csv(`${'very long '.repeat(5_000_000)},shop`),
    expected: { dropped: [[after, /more than any model reads/]] },
  },
  {
    what: 'a line of 50 MB that is no JSON',
    file: 'a.jsonl',
    content: jsonl('x'.repeat(50_000_000)),
    expected: { dropped: [[after - 1, /not valid JSON at character 1/]] },
  },
  {
    what: 'rows with a separator too many or too few',
    file: 'a.csv',
    content: csv('one, two,shop', 'only one'),
    expected: {
      dropped: [
        [after, /3 columns and the header 2/],
        [after + 1, /1 columns and the header 2/],
      ],
    },
  },
  {
    what: 'another separator in most rows',
    file: 'a.csv',
    content: `text,label\n${rows.map(([text, label]) => `${text};${label}`).join('\n')}`,
    expected: { code: 'bad_row', where: 'a.csv:2', message: /24 of 24 rows are broken/ },
  },
  {
    what: 'rows without text or label',
    file: 'a.csv',
    content: csv(',shop', 'a text without a label,'),
    expected: {
      dropped: [
        [after, /input is empty/],
        [after + 1, /output is empty/],
      ],
    },
  },
  {
    what: 'a row of marks that nobody sees',
    file: 'a.csv',
    content: csv('\u200b\u200b\u00ad,shop'),
    expected: { dropped: [[after, /no visible character/]] },
  },
  {
    what: 'one label',
    file: 'a.csv',
    content: csv().replaceAll('workshop', 'shop'),
    expected: { code: 'one_class', where: 'a.csv', message: /every row has the label 'shop'/ },
  },
  {
    what: 'JSON in a cell that is nested too deep',
    file: 'a.jsonl',
    content: jsonl(`{"text": ${'['.repeat(100_000)}${']'.repeat(100_000)}, "label": "shop"}`),
    expected: { dropped: [[after - 1, /nested too deep/]] },
  },
  {
    what: 'nested JSON',
    file: 'a.jsonl',
    content: rows.map(([text, label]) => JSON.stringify({ text: { body: [text] }, label })).join('\n'),
    expected: 'read',
  },
  {
    what: 'JSON that is cut off',
    file: 'a.json',
    content: `[\n${rows.map(([t, l]) => jsonRow(t, l)).join(',\n')},\n{"text": "a`,
    expected: { code: 'bad_row', where: `a.json:${after}:10`, message: /not valid JSON/ },
  },
  {
    what: 'JSON with a comma behind the last row',
    file: 'a.json',
    content: `[${jsonRow('a')},\n]`,
    expected: { code: 'bad_row', where: 'a.json:2:1', message: /not valid JSON/ },
  },
  {
    what: 'JSON of two lists',
    file: 'a.json',
    content: '{"a": [], "b": []}',
    expected: { code: 'bad_row', where: 'a.json:1', message: /one list of rows/ },
  },
  { what: 'a number for JSON', file: 'a.json', content: '42', expected: { code: 'bad_row', where: 'a.json:1', message: /one list of rows/ } },
  {
    what: 'JSON lines with broken ones among them',
    file: 'a.jsonl',
    content: jsonl("{'text': 'a', 'label': 'b'}", '["a", "b"]'),
    expected: {
      dropped: [
        [after - 1, /not valid JSON at character 2/],
        [after, /not a JSON object/],
      ],
    },
  },
  {
    what: 'JSON lines that are Python',
    file: 'a.jsonl',
    content: rows.map(([text, label]) => `{'text': '${text}', 'label': '${label}'}`).join('\n'),
    expected: { code: 'bad_row', where: 'a.jsonl:1', message: /24 of 24 rows are broken/ },
  },
  {
    what: 'chats whose roles are in disorder',
    file: 'a.jsonl',
    content: chats(chatRow(assistant, user, assistant), chatRow(user, { role: 'system', content: 'be kind' }, assistant)),
    dataset: chat,
    expected: {
      dropped: [
        [after - 1, /begins with the assistant's message/],
        [after, /system's and stands behind the talk/],
      ],
    },
  },
  {
    what: 'chats without an answer',
    file: 'a.jsonl',
    content: chats(chatRow(user), chatRow(user, user, assistant)),
    dataset: chat,
    expected: {
      dropped: [
        [after - 1, /last message is not the assistant's/],
        [after, /an answer of the assistant is missing/],
      ],
    },
  },
  {
    what: 'chats with an unknown role and without one',
    file: 'a.jsonl',
    content: chats(chatRow({ role: 'human', content: 'hi' }, assistant), chatRow({ content: 'hi' }, assistant)),
    dataset: chat,
    expected: {
      dropped: [
        [after - 1, /unknown role 'human'/],
        [after, /a message has no role/],
      ],
    },
  },
  {
    what: 'chats with a weight that is none, and a tool that nobody called',
    file: 'a.jsonl',
    content: chats(JSON.stringify({ messages: [user, assistant], weight: 'high' }), chatRow(user, { role: 'tool', content: '{}' }, assistant)),
    dataset: chat,
    expected: {
      dropped: [
        [after - 1, /the weight is "high"/],
        [after, /no tool was called/],
      ],
    },
  },
  {
    what: 'preferences that prefer nothing, and one without its input',
    file: 'a.jsonl',
    content: preferences(
      { input: 'a', preferred_output: 'same', non_preferred_output: 'same' },
      { preferred_output: 'a', non_preferred_output: 'b' },
    ),
    dataset: preference,
    expected: {
      dropped: [
        [after - 1, /are the same/],
        [after, /input is neither a text nor a list of messages/],
      ],
    },
  },
  { what: 'tabs in a file named .csv', file: 'a.csv', content: csv().replace(/,(?=[^,]*$)/gm, '\t'), expected: 'read' },
  {
    what: 'a time that cannot be read',
    file: 'a.csv',
    content: `text,label,at\n${lines.map((line, i) => `${line},2026-01-${String(i + 1).padStart(2, '0')}`).join('\n')}\na late order,shop,yesterday`,
    dataset: { split: { timeBy: 'at' } },
    expected: { dropped: [[after, /the time cannot be read/]] },
  },
];
