import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../domain/dataset/decode.ts';
import { prepareDataset } from '../../../domain/dataset/prepare.ts';
import { parsePipeline } from '../../../domain/spec/parse-pipeline.ts';

interface Planted {
  readonly file: string;
  readonly line: number;
  readonly other?: { readonly file: string; readonly line: number };
}

const folder = new URL('../../../examples/support-triage/', import.meta.url);
const planted = JSON.parse(readFileSync(new URL('planted.json', folder), 'utf8')) as Record<string, readonly Planted[]>;
const spec = parsePipeline(readFileSync(new URL('pipeline.yaml', folder), 'utf8'), 'pipeline.yaml');
const prepared = prepareDataset({
  task: spec.task,
  dataset: spec.dataset,
  slices: spec.evaluation.slices,
  groupBy: null,
  frozenTest: null,
  sources: (['messages.csv', 'test.csv'] as const).map((file) => ({
    file,
    text: decodeText(readFileSync(new URL(file, folder)), file),
    role: file === 'test.csv' ? 'test' : 'source',
  })),
});
const place = ({ file, line }: { readonly file: string; readonly line: number }): string => `${file}:${line}`;

describe('the example support-triage', () => {
  it.each(['duplicate', 'nearDuplicate', 'leak', 'invalid', 'pii'])('shows every planted %s, and no other', (kind) => {
    const found = prepared.findings.filter((finding) => finding.kind === kind && finding.action !== 'warned');
    expect([...new Set(found.map((finding) => place(finding)))].sort()).toEqual([...new Set((planted[kind] ?? []).map((row) => place(row)))].sort());
  });

  it('names the twin of each duplicate and leak', () => {
    for (const kind of ['duplicate', 'nearDuplicate', 'leak']) {
      for (const row of planted[kind] ?? []) {
        expect(prepared.findings.find((finding) => finding.kind === kind && place(finding) === place(row))?.other, place(row)).toEqual(row.other);
      }
    }
  });

  it('keeps at least 600 rows to learn from and 300 to test on, of at least 12 labels', () => {
    expect(prepared.train.length + prepared.validation.length).toBeGreaterThanOrEqual(600);
    expect(prepared.test.length).toBeGreaterThanOrEqual(300);
    expect(prepared.labels.length).toBeGreaterThanOrEqual(12);
  });

  it('holds no private data once prepared', () => {
    expect(JSON.stringify([prepared.train, prepared.validation, prepared.test])).not.toMatch(/@[a-z]+\.(com|org|net|example)|\+44 20 7946/);
  });
});
