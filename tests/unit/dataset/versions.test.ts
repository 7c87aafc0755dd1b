import { describe, expect, it } from 'vitest';
import { pipelineSpecSchema, type PipelineSpecInput } from '../../../contracts/pipeline-spec.ts';
import { diffDatasets } from '../../../domain/dataset/diff-datasets.ts';
import { freezeDataset } from '../../../domain/dataset/freeze.ts';
import { prepareDataset } from '../../../domain/dataset/prepare.ts';
import { inputsOf, testIdentityOf } from '../../../domain/dataset/test-identity.ts';
import { csv, inputOf, randomRows, source } from './make-prepared.ts';

const spec = (dataset: Partial<PipelineSpecInput['dataset']> = {}) =>
  pipelineSpecSchema.parse({
    name: 'example',
    task: { type: 'classification' },
    dataset: { source: 'train.csv', input: 'text', output: 'label', ...dataset },
    candidates: { untuned: ['zero-shot'] },
    deployment: { endpoint: 'example' },
  });

describe('versions of a dataset', () => {
  const rows = randomRows(200, 3);
  const more = [...rows, ...randomRows(300, 4)];
  const first = prepareDataset(inputOf([source(csv(rows))]));

  it('keep the test rows that the first one split off, though the source has grown', () => {
    const second = prepareDataset({ ...inputOf([source(csv(more))]), frozenTest: first.test });
    expect(second.test).toEqual(first.test);
    expect(second.train.length).toBeGreaterThan(first.train.length);
    const tested = new Set(second.test.map((row) => row.input));
    expect([...second.train, ...second.validation].filter((row) => tested.has(row.input))).toEqual([]);
    expect(second.read).toBe(
      second.train.length + second.validation.length + second.test.length + Object.values(second.dropped).reduce((a, b) => a + b, 0),
    );
  });

  it('keep the test rows though they have left the source', () => {
    const gone = new Set(first.test.map((row) => row.line - 2));
    const second = prepareDataset({ ...inputOf([source(csv(rows.filter((_, i) => !gone.has(i))))]), frozenTest: first.test });
    expect(second.test).toEqual(first.test);
  });

  it('share a test set as long as what splits it off is the same', () => {
    const identity = testIdentityOf(spec());
    expect(testIdentityOf(spec({ weights: 'balanced', nearDuplicate: 0.9, licence: 'MIT' }))).toBe(identity);
    for (const change of [
      { source: 'other.csv' },
      { input: 'body' },
      { pii: 'allow' as const },
      { split: { seed: 8 } },
      { split: { groupBy: 'thread' } },
    ])
      expect(testIdentityOf(spec(change))).not.toBe(identity);
    expect(testIdentityOf(spec({ test: 'test.csv' }))).toBeNull();
  });

  it('know their content by name and bytes, in whichever order the files are listed', () => {
    const [a, b] = [
      { name: 'a.csv', ref: 'sha256:1' as const },
      { name: 'b.csv', ref: 'sha256:2' as const },
    ];
    expect(inputsOf([a, b])).toBe(inputsOf([b, a]));
    expect(inputsOf([a])).not.toBe(inputsOf([{ ...a, ref: 'sha256:2' }]));
  });

  it('have the hash of their schema in theirs', () => {
    expect(freezeDataset(first, '{"type":"object"}').hash).not.toBe(freezeDataset(first).hash);
  });
});

describe('the difference of two versions', () => {
  const row = (id: string, input: string, output = 'a') => ({
    id,
    file: 'f',
    line: 1,
    input,
    output,
    group: null,
    columns: {},
    origin: null,
    weight: 1,
  });

  it('names what was added, removed, moved and relabelled, and whether the test is the same', () => {
    const before = {
      train: [row('f:1', 'one'), row('f:2', 'two'), row('f:3', 'three')],
      validation: [row('f:4', 'four')],
      test: [row('f:5', 'five')],
    };
    const after = {
      train: [row('f:1', 'one'), row('f:9', 'four'), row('f:3', 'three', 'b')],
      validation: [row('f:7', 'new')],
      test: [row('f:5', 'five')],
    };
    const diff = diffDatasets(before, after);
    expect(diff).toMatchObject({ same: 2, added: 1, removed: 1, moved: 1, relabelled: 1, sameTest: true });
    expect(diff.changes.map(({ kind, row: id, from, to, before: was, after: is }) => [kind, id, from, to, was, is])).toEqual([
      ['moved', 'f:9', 'validation', 'train', 'a', 'a'],
      ['relabelled', 'f:3', 'train', 'train', 'a', 'b'],
      ['added', 'f:7', null, 'validation', null, 'a'],
      ['removed', 'f:2', 'train', null, 'a', null],
    ]);
    expect(diffDatasets(before, { ...after, test: [] }).sameTest).toBe(false);
  });
});
