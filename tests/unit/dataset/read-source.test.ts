import { describe, expect, it } from 'vitest';
import { TunegateError } from '../../../contracts/errors.ts';
import { asUtf8, decodeText } from '../../../domain/dataset/decode.ts';
import { prepareDataset } from '../../../domain/dataset/prepare.ts';
import { readSource } from '../../../domain/dataset/read-source.ts';
import { csv, inputOf, randomRows, source, test } from './make-prepared.ts';

const bytes = (...parts: (string | number[])[]): Uint8Array => Buffer.concat(parts.map((part) => Buffer.from(part as string)));
function refusal(run: () => unknown): { code: string; where: string | null; message: string; remedy: string | null } {
  try {
    run();
  } catch (error) {
    if (error instanceof TunegateError) return error.body;
    throw error;
  }
  throw new Error('it was accepted');
}
const rows = (text: string, file = 'a.csv') => [...readSource(source(text, file), 'auto')].flatMap((table) => table.records);
const good = randomRows(40, 1);

describe('bytes of a file', () => {
  it('are UTF-8 with or without a mark', () => {
    expect(decodeText(bytes([0xef, 0xbb, 0xbf], 'text,é\n'), 'a.csv')).toBe('text,é\n');
    expect(decodeText(bytes('text,é 🚲\n'), 'a.csv')).toBe('text,é 🚲\n');
  });

  it('are read as UTF-16 and UTF-32 where they are, with or without a mark, in one piece or in many', () => {
    const text = 'text,label\nbike 🚲,é\n';
    const wide = Buffer.from(text, 'utf16le');
    const points = Buffer.concat(
      [0xfeff, ...[...text].map((c) => c.codePointAt(0) ?? 0)].map((code) => {
        const b = Buffer.alloc(4);
        b.writeUInt32LE(code);
        return b;
      }),
    );
    for (const data of [Buffer.from(`\ufeff${text}`, 'utf16le'), wide, Buffer.from(wide).swap16(), points]) {
      expect(decodeText(data, 'a.csv')).toBe(text);
      for (const size of [16, 17, 33, 1000]) {
        const pieces = Array.from({ length: Math.ceil(data.length / size) }, (_, i) => data.subarray(i * size, (i + 1) * size));
        expect(Buffer.concat([...asUtf8(pieces, 'a.csv')]).toString()).toBe(text);
      }
    }
  });

  it.each([
    ['Latin-1', bytes('text\ncaf', [0xe9], ',x\n'), 'a.csv:2', /byte 8 .*ISO-8859-1/],
    ['Windows-1252', bytes('a\nb\n', [0x93], 'x', [0x94]), 'a.csv:3', /byte 4 .*WINDOWS-1252/],
    ['UTF-16 with half of a surrogate pair', Buffer.from('\ufefftext,label\na\ud83d,b\n', 'utf16le'), 'a.csv:2', /UTF-16LE: byte 26 /],
    ['UTF-16 that is cut off', Buffer.from('\ufefftext,label\na', 'utf16le').subarray(0, -1), 'a.csv:2', /UTF-16LE: byte 24 /],
    ['UTF-16 with a NUL', Buffer.from('\ufefftext\n\0a', 'utf16le'), 'a.csv:2', /NUL byte at offset 10/],
    ['UTF-32', bytes([0xff, 0xfe, 0, 0], 'x'), 'a.csv:1', /UTF-32LE: byte 4 /],
    ['a NUL byte', bytes('text,label\nab', [0], 'c,d\n'), 'a.csv:2', /NUL byte at offset 13/],
    ['a surrogate in UTF-8', bytes('ab', [0xed, 0xa0, 0x80]), 'a.csv:1', /byte 2 /],
    ['an overlong form', bytes([0xc0, 0xaf]), 'a.csv:1', /byte 0 /],
    ['a character that is cut off', bytes('abc', [0xe2, 0x82]), 'a.csv:1', /byte 3 /],
  ] as [string, Uint8Array, string, RegExp][])('in %s are refused with the byte and the likely encoding', (_, data, where, message) => {
    const error = refusal(() => decodeText(data, 'a.csv'));
    expect(error).toMatchObject({ code: 'bad_encoding', where });
    expect(error.message).toMatch(message);
  });
});

describe('a CSV file', () => {
  it('has quoted fields over several lines, and each row knows the line on which it starts', () => {
    const read = rows('text,label\r\n"one\r\ntwo, ""three""",a\r\n\nfour,b\rfive,c\n"six\n\n",d');
    expect(read.map((record) => [record.line, record.values.text ?? record.problem?.message])).toEqual([
      [2, 'one\r\ntwo, "three"'],
      [4, 'the row is blank'],
      [5, 'four'],
      [6, 'five'],
      [7, 'six\n\n'],
    ]);
  });

  it('may be separated by semicolons, tabs or bars', () => {
    for (const separator of [';', '\t', '|'])
      expect(rows(`text${separator}label\na, b${separator}c\n`)[0]?.values).toEqual({ text: 'a, b', label: 'c' });
    expect(rows('text\tlabel\na,b\tc\n', 'a.tsv')[0]?.values).toEqual({ text: 'a,b', label: 'c' });
  });

  it.each([
    ['a quote that is never closed', 'text,label\na,b\n"c,d\ne,f\n', 'a.csv:3', /never closed/],
    ['a quote that is closed too late', 'text,label\na,b\n"c,d\ne,"f"\ng,h\n', 'a.csv:3', /not followed by a separator/],
    ['a quote behind a closed one', 'text,label\n"a"b,c\n', 'a.csv:2', /not followed by a separator/],
    ['a quote inside a bare text', 'text,label\nx,y\na 5" wheel,b\n', 'a.csv:3', /inside a text/],
    ['a broken quote behind texts of several lines', 'text,label\n"1\n2\n3",a\nx,"open\n', 'a.csv:5', /never closed/],
    ['a header that names a column twice', 'text,label,text\na,b,c\n', 'a.csv:1', /'text' twice/],
    ['rows that are mostly too short', 'text,label\na\nb\nc,d\n', 'a.csv:2', /1 columns and the header 2; 2 of 3/],
  ])('with %s is refused at its line', (_, text, where, message) => {
    const error = refusal(() => rows(text));
    expect(error).toMatchObject({ code: 'bad_row', where });
    expect(error.message).toMatch(message);
    expect(error.remedy).toBeTruthy();
  });

  it('with a few ragged rows loses only those, each named', () => {
    const lines = csv(good).split('\n');
    lines.splice(3, 0, 'too,many,columns', 'few');
    const prepared = prepareDataset(inputOf([source(lines.join('\n'))]));
    expect(prepared.dropped.invalid).toBe(2);
    expect(prepared.findings.filter((finding) => finding.kind === 'invalid').map((finding) => [finding.line, finding.action])).toEqual([
      [4, 'dropped'],
      [5, 'dropped'],
    ]);
  });
});

describe('a JSON file', () => {
  it('of lines gives each row its line, blank lines counted', () => {
    const read = rows('{"text":"a"}\r\n\n{"text":{"deep":[1]}}\n\n', 'a.jsonl');
    expect(read.map((record) => record.line)).toEqual([1, 2, 3]);
  });

  it('of a list gives each row the line on which it starts', () => {
    expect(rows('[\n  {"text": "a ] } \\" ["},\n  {\n    "text": [1, [2]]\n  }, {"text": "c"}]', 'a.json').map((record) => record.line)).toEqual([
      2, 3, 5,
    ]);
    expect(rows('{"rows": [\n{"text": "a"},\n{"text": "b"}]}', 'a.json').map((record) => record.line)).toEqual([2, 3]);
  });

  it.each([
    ['a list that is cut off', 'a.json', '[{"text":"a"},\n{"text":', 'a.json:2:9'],
    ['an object without a list', 'a.json', '{"text":"a"}', 'a.json:1'],
    ['lines that are mostly not JSON', 'a.jsonl', '{"text":"a"}\n{"text":}\nnope\n', 'a.jsonl:2'],
    ['lines that are no objects', 'a.jsonl', '[1]\n2\n', 'a.jsonl:1'],
  ])('with %s is refused at its place', (_, file, text, where) => {
    expect(refusal(() => rows(text, file))).toMatchObject({ code: 'bad_row', where });
  });

  it('of chats offers the question and the answer', () => {
    const chat = (messages: unknown): string => JSON.stringify({ messages });
    const [one, two] = rows(
      `${chat([
        { role: 'system', content: 's' },
        { role: 'user', content: 'u' },
        { role: 'assistant', content: 'a' },
      ])}\n` +
        chat([
          { role: 'user', content: 'u1' },
          { role: 'assistant', content: 'a1' },
          { role: 'user', content: 'u2' },
          { role: 'assistant', content: 'a2' },
        ]),
      'a.jsonl',
    );
    expect(one?.values).toMatchObject({ system: 's', user: 'u', assistant: 'a' });
    expect(two?.values).toMatchObject({ user: 'user: u1\nassistant: a1\nuser: u2', assistant: 'a2' });
  });

  it('that is Parquet is refused until it can be read', () => {
    expect(refusal(() => rows('PAR1', 'a.parquet'))).toMatchObject({ code: 'not_supported', where: 'a.parquet' });
  });
});

describe('rows that cannot be used are dropped, counted and named:', () => {
  it.each([
    ['a blank row', ',', 'the row is blank'],
    ['white space only', '   ,\u00a0', 'the row is blank'],
    ['an empty text', ',a', 'the input is empty'],
    ['an empty label', 'some text here,', 'the output is empty'],
    ['an invisible text', '\u200b\u200b,a', 'the input holds no visible character'],
  ])('%s', (_, line, message) => {
    const prepared = prepareDataset(inputOf([source(`${csv(good)}\n${line}\nlast words of this file,a`)]));
    expect(prepared.dropped.invalid).toBe(1);
    expect(prepared.findings.find((finding) => finding.kind === 'invalid')).toMatchObject({
      file: 'train.csv',
      line: 42,
      action: 'dropped',
      message,
    });
  });

  it('half of a surrogate pair, and NUL', () => {
    const lines = [
      ...good.map(([text, label]) => JSON.stringify({ text, label })),
      '{"text":"cut \\ud83d","label":"a"}',
      '{"text":"nul \\u0000","label":"a"}',
    ];
    const prepared = prepareDataset(inputOf([source(lines.join('\n'), 'train.jsonl')]));
    expect(prepared.findings.filter((finding) => finding.kind === 'invalid').map((finding) => finding.line)).toEqual([41, 42]);
  });

  it('a label that is not in the list, with the nearest that is', () => {
    const prepared = prepareDataset(
      inputOf([source(csv([...good, ['some more words', 'refnd']]))], {}, { type: 'classification', labels: ['a', 'b', 'c', 'refund'] }),
    );
    expect(prepared.findings.find((finding) => finding.kind === 'invalid')).toMatchObject({
      line: 42,
      message: "unknown label 'refnd'",
      remedy: "did you mean 'refund'?",
    });
  });

  it('an extraction whose answer is not an object', () => {
    const lines = [...good.map(([text], i) => JSON.stringify({ text, label: { n: i } })), '{"text":"some more words","label":"[1]"}'];
    const prepared = prepareDataset(inputOf([source(lines.join('\n'), 'train.jsonl')], {}, { type: 'extraction', schema: {} }));
    expect(prepared.findings.find((finding) => finding.kind === 'invalid')).toMatchObject({ line: 41, message: 'the output is not a JSON object' });
  });
});

describe('a dataset is refused', () => {
  it.each([
    ['a column that does not exist', 'column_missing', 'train.csv:1', () => prepareDataset(inputOf([source(csv(good, ['txt', 'label']))]))],
    ['an empty file', 'empty_dataset', 'train.csv', () => prepareDataset(inputOf([source('')]))],
    ['a header without rows', 'empty_dataset', 'train.csv', () => prepareDataset(inputOf([source('text,label\n')]))],
    ['blank rows only', 'empty_dataset', 'train.csv', () => prepareDataset(inputOf([source('text,label\n,\n,\n')]))],
    ['an empty test file', 'empty_test', 'test.csv', () => prepareDataset(inputOf([source(csv(good)), test('')]))],
    ['a test file without rows', 'empty_test', 'test.csv', () => prepareDataset(inputOf([source(csv(good)), test('text,label\n')]))],
    ['one class only', 'one_class', 'train.csv', () => prepareDataset(inputOf([source(csv(randomRows(40, 2, ['a'])))]))],
    [
      'fewer rows than classes',
      'too_few_rows',
      'train.csv',
      () => prepareDataset(inputOf([source(csv(good.slice(0, 3)))], {}, { type: 'classification', labels: ['a', 'b', 'c', 'd', 'e'] })),
    ],
    [
      'a class for every row',
      'too_few_rows',
      'train.csv',
      () =>
        prepareDataset(
          inputOf([source(csv(randomRows(9, 3, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'])))], {
            split: { train: 0.6, validation: 0.2, test: 0.2 },
          }),
        ),
    ],
    ['rows that are all in the test', 'too_few_rows', 'train.csv', () => prepareDataset(inputOf([source(csv(good)), test(csv(good))]))],
  ] as [string, string, string, () => unknown][])('for %s', (_, code, where, run) => {
    const error = refusal(run);
    expect(error).toMatchObject({ code, where });
    expect(error.remedy).toBeTruthy();
  });

  it('with the nearest column names', () => {
    expect(refusal(() => prepareDataset(inputOf([source(csv(good, ['txt', 'label']))]))).remedy).toContain(
      "did you mean 'txt'? the columns are: txt, label",
    );
  });
});

describe('columns', () => {
  it('are joined by a template, and nested ones reached by a path', () => {
    const lines = good.map(([text, label], i) => JSON.stringify({ subject: `s${i}`, body: { text }, label }));
    const prepared = prepareDataset(inputOf([source(lines.join('\n'), 'train.jsonl')], { input: '{{subject}}\n{{ body.text }}' }));
    const row = [...prepared.train, ...prepared.validation, ...prepared.test].find((candidate) => candidate.line === 1);
    expect(row?.input).toBe(`s0\n${good[0]?.[0] ?? ''}`);
  });

  it('that slices name are kept with the row', () => {
    const input = {
      ...inputOf([
        source(
          csv(
            good.map(([text, label], i) => [text, label, i % 2 === 0 ? 'chat' : 'mail']),
            ['text', 'label', 'channel'],
          ),
        ),
      ]),
      slices: ['channel'],
    };
    expect(new Set(prepareDataset(input).test.map((row) => row.columns.channel))).toEqual(new Set(['chat', 'mail']));
  });
});
