import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { prepareLocally } from '../../../cli/files/check-locally.ts';
import { readPipeline } from '../../../cli/files/read-pipeline.ts';
import { TunegateError } from '../../../contracts/errors.ts';
import { parseDocument } from '../../../domain/knowledge/parse-document.ts';
import { brokenFiles } from './broken-files.ts';

const root = mkdtempSync(join(tmpdir(), 'tunegate-broken-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

/** Prepares a pipeline's dataset as `run` and `dataset check` do before anything is started. */
async function prepare(files: Readonly<Record<string, Uint8Array | string>>, dataset: object, arrange: (folder: string) => void = () => undefined) {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  arrange(folder);
  const spec = {
    name: 'broken',
    task: { type: 'classification' },
    dataset: { input: 'text', output: 'label', ...dataset },
    candidates: {},
    deployment: { endpoint: 'broken' },
  };
  writeFileSync(join(folder, 'pipeline.json'), JSON.stringify(spec));
  return prepareLocally(await readPipeline(join(folder, 'pipeline.json')));
}

async function refusal(work: Promise<unknown>): Promise<TunegateError['body']> {
  const error: unknown = await work.then(
    () => new Error('it was accepted'),
    (cause: unknown) => cause,
  );
  if (error instanceof TunegateError) return error.body;
  throw error;
}

describe('a source file with', () => {
  it.each(brokenFiles.map((broken) => [broken.what, broken] as const))(
    '%s leads to what it should',
    async (_, { file, content, expected, dataset }) => {
      const work = prepare({ [file]: content }, { source: `./${file}`, ...dataset });
      if (expected === 'read') {
        const prepared = await work;
        expect(prepared.findings.filter(({ kind }) => kind === 'invalid')).toEqual([]);
        expect(prepared.train.length + prepared.validation.length + prepared.test.length).toBe(24);
      } else if ('dropped' in expected) {
        const { findings, dropped } = await work;
        const invalid = findings.filter(({ kind }) => kind === 'invalid');
        expect(dropped.invalid).toBe(expected.dropped.length);
        expect(invalid.map(({ line, action }) => [line, action])).toEqual(expected.dropped.map(([line]) => [line, 'dropped']));
        for (const [i, [, message]] of expected.dropped.entries()) expect(invalid[i]?.message).toMatch(message);
        for (const { remedy } of invalid) expect(remedy).toBeTruthy();
      } else {
        const error = await refusal(work);
        expect(error).toMatchObject({
          code: expected.code,
          where: expect.stringMatching(new RegExp(`${expected.where.replaceAll('.', '\\.')}$`)) as string,
        });
        expect(error.message).toMatch(expected.message);
        expect(error.remedy).toBeTruthy();
      }
    },
  );

  it('is one of at least forty kinds', () => {
    expect(new Set(brokenFiles.map(({ what }) => what)).size).toBeGreaterThanOrEqual(40);
  });
});

describe('a path that', () => {
  it('names nothing is refused with the nearest name', async () => {
    const error = await refusal(prepare({ 'messages.csv': 'text,label\n' }, { source: './mesages.csv' }));
    expect(error).toMatchObject({
      code: 'file_missing',
      where: expect.stringMatching(/mesages\.csv$/) as string,
      remedy: expect.stringMatching(/messages\.csv/) as string,
    });
  });

  it('names a folder is refused', async () => {
    const error = await refusal(prepare({}, { source: './data' }, (folder) => mkdirSync(join(folder, 'data'))));
    expect(error).toMatchObject({ code: 'file_unreadable', message: expect.stringMatching(/folder/) as string });
  });

  it('is a symbolic link to itself is refused', async () => {
    const error = await refusal(prepare({}, { source: './a.csv' }, (folder) => symlinkSync(join(folder, 'a.csv'), join(folder, 'a.csv'))));
    expect(error).toMatchObject({ code: 'file_unreadable', message: expect.stringMatching(/leads back to itself/) as string });
  });

  it('is a pattern over folders that link to each other reads each file once', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `message ${i * 7919} about ${'abcdefghij'[i % 10]}${i} and ${i * i},${i % 2 ? 'x' : 'y'}`);
    const { read } = await prepare({}, { source: './data/**/*.csv' }, (folder) => {
      mkdirSync(join(folder, 'data', 'deep'), { recursive: true });
      writeFileSync(join(folder, 'data', 'deep', 'a.csv'), `text,label\n${rows.join('\n')}\n`);
      symlinkSync(join(folder, 'data'), join(folder, 'data', 'deep', 'loop'));
    });
    expect(read).toBe(20);
  });

  it.each(['./*/../../*.csv', './data/{a,../../b}.csv', '**/../../etc/*'])('climbs behind a wildcard (%s) is refused', async (source) => {
    const error = await refusal(prepare({}, { source }));
    expect(error).toMatchObject({ code: 'bad_spec', message: expect.stringMatching(/climbs out/) as string });
  });

  it('matches nothing is refused', async () => {
    expect(await refusal(prepare({}, { source: './*.csv' }))).toMatchObject({
      code: 'file_missing',
      message: expect.stringMatching(/no file matches/) as string,
    });
  });
});

/** The smallest PDF with a page and nothing on it. */
const emptyPdf = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj
trailer<</Root 1 0 R>>
%%EOF`;

/** A DOCX whose text unpacks to much more than it is. `claims` overwrites the size that it says it has. */
function bomb(claims: number | null): Uint8Array {
  const bytes = Buffer.from(zipSync({ 'word/document.xml': Buffer.alloc(300 * 1024 * 1024) }, { level: 9 }));
  if (claims === null) return bytes;
  bytes.writeUInt32LE(claims, 22);
  bytes.writeUInt32LE(claims, bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
  return bytes;
}

describe('a document that', () => {
  it.each([
    ['is a ZIP bomb', 'a.docx', () => bomb(null), /unpacks to 300 MiB/],
    ['is a ZIP bomb that lies about its size', 'a.docx', () => bomb(1000), /no archive that can be unpacked|no DOCX/],
    ['is a ZIP but no DOCX', 'a.docx', () => zipSync({ 'a.txt': Buffer.from('hello') }), /no DOCX that can be read/],
    ['is no ZIP', 'a.docx', () => Buffer.from('hello'), /no archive that can be unpacked/],
    ['is a PDF without text', 'a.pdf', () => Buffer.from(emptyPdf), /holds no text/],
    ['is no PDF', 'a.pdf', () => Buffer.from('hello'), /no PDF that can be read/],
  ] as [string, string, () => Uint8Array, RegExp][])('%s is refused by its name', async (_, name, make, message) => {
    const error = await refusal(parseDocument(name, make()));
    expect(error).toMatchObject({ code: 'file_unreadable', where: name });
    expect(error.message).toMatch(message);
  });

  it('is in Latin-1 is refused with the byte', async () => {
    expect(await refusal(parseDocument('a.md', Buffer.from('caf\u00e9', 'latin1')))).toMatchObject({ code: 'bad_encoding', where: 'a.md:1' });
  });

  it('is of another kind is refused with the kinds that can be read', async () => {
    expect(await refusal(parseDocument('a.pptx', Buffer.from('x')))).toMatchObject({ code: 'not_supported', where: 'a.pptx' });
  });
});
