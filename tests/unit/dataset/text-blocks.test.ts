import { describe, expect, it } from 'vitest';
import { prepareDataset } from '../../../domain/dataset/prepare.ts';
import { readSource, type SourceText } from '../../../domain/dataset/read-source.ts';
import { textBlocks } from '../../../domain/dataset/text-blocks.ts';
import { csv, inputOf, randomRows, seeded, source } from './make-prepared.ts';

/** The same bytes in pieces of random sizes. */
function pieces(text: string, most: number, seed: number): () => Iterable<Uint8Array> {
  const bytes = Buffer.from(text);
  return function* () {
    const random = seeded(seed);
    for (let at = 0; at < bytes.length; ) {
      const next = at + 1 + Math.floor(random() * most);
      yield bytes.subarray(at, next);
      at = next;
    }
  };
}

const inPieces = (text: string, file: string, most: number, seed = 1): SourceText => ({ file, text: pieces(text, most, seed), role: 'source' });
const large = Array.from({ length: 90_000 }, (_, i) => [`row ${i} says "hello,\nworld" – ünd\r\nso on ${'x'.repeat(i % 90)}`, `label ${i % 3}`]);
const quoted = csv(large);

describe('a file in pieces', () => {
  it('is cut at ends of records only, and knows the line of each block', () => {
    const blocks = [...textBlocks(pieces(quoted, 300_000, 5)(), 'a.csv', true)];
    expect(blocks.length).toBeGreaterThan(2);
    expect(blocks.map((block) => block.text).join('')).toBe(quoted);
    for (const { text, line } of blocks.slice(1)) {
      expect(text === '' || text.startsWith('"row ')).toBe(true);
      const before = quoted.slice(0, text === '' ? undefined : quoted.indexOf(text.slice(0, 60)));
      expect(line).toBe(before.split(/\r\n|\n|\r/).length);
    }
  });

  it.each([
    ['a.csv', quoted],
    [
      'a.tsv',
      large
        .slice(0, 9)
        .map(([text, label]) => `${text?.replace(/\s/g, ' ').replaceAll('"', '')}\t${label}`)
        .join('\n'),
    ],
    ['a.jsonl', large.map(([text, label]) => JSON.stringify({ text, label })).join('\n')],
    ['a.json', JSON.stringify(large.slice(0, 1000).map(([text, label]) => ({ text, label })))],
    ['blank.csv', `${csv(large.slice(0, 60_000))}\n\n\nlast,label 1\n\n\n`],
  ])('gives the same records as in one (%s)', (file, text) => {
    const records = (from: SourceText) => [...readSource(from, 'auto')].flatMap((table) => table.records);
    expect(records(inPieces(text, file, 500_000))).toEqual(records(source(text, file)));
  });

  it('names the byte and the line of what is not UTF-8, however far into the file', () => {
    const good = Buffer.from(`${csv(randomRows(100_000, 2))}\n`);
    const bytes = Buffer.concat([good, Buffer.from([0x61, 0xe9, 0x2c, 0x62, 0x0a])]);
    const from: SourceText = { file: 'a.csv', role: 'source', text: () => [bytes.subarray(0, 5_000_000), bytes.subarray(5_000_000)] };
    expect(good.length).toBeGreaterThan(5_000_000);
    expect(() => prepareDataset(inputOf([from]))).toThrow(
      expect.objectContaining({ code: 'bad_encoding', where: 'a.csv:100002', message: expect.stringContaining(`byte ${good.length + 1}`) }) as Error,
    );
  });

  it('names the line of a broken quote, however far into the file', () => {
    const text = `${csv(randomRows(80_000, 2))}\nsome "odd text,a\n`;
    expect(() => prepareDataset(inputOf([inPieces(text, 'a.csv', 700_000)]))).toThrow(
      expect.objectContaining({ code: 'bad_row', where: 'a.csv:80002' }) as Error,
    );
  });
});
