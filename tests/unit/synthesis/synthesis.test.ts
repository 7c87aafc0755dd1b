import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../../contracts/knowledge.ts';
import type { Row } from '../../../contracts/rows.ts';
import type { CandidateRequest } from '../../../domain/synthesis/candidate.ts';
import { confusableLabels, labelByNeighbours } from '../../../domain/synthesis/label-by-neighbours.ts';
import { planCandidates } from '../../../domain/synthesis/plan-candidates.ts';
import { readCandidate } from '../../../domain/synthesis/read-candidate.ts';
import { removeKnown } from '../../../domain/synthesis/remove-known.ts';
import { apartFrom, documentsOfTest } from '../../../domain/synthesis/sources.ts';

const row = (id: number, input: string, output: string, more: Partial<Row> = {}): Row => ({
  id: `train.csv:${id}`,
  file: 'train.csv',
  line: id,
  input,
  output,
  group: null,
  columns: {},
  origin: null,
  weight: 1,
  ...more,
});
const chunk = (ordinal: number, document: string, text: string): Chunk => ({ ordinal, document, line: 1, headings: ['Help'], text });

const train = ['a', 'b', 'c'].flatMap((label, k) => Array.from({ length: 4 }, (_, i) => row(k * 10 + i, `message ${i} about ${label}`, label)));
const chunks = [chunk(0, 'one.md', 'The trial lasts 30 days and is free.'), chunk(1, 'two.md', 'Locks cost 89 euros in every store.')];
const plan = (total: number) =>
  planCandidates({
    task: 'classification',
    train,
    chunks,
    generators: ['paraphrase', 'hard-negative', 'document-qa'],
    total,
    confusable: new Map([
      ['a', 'b'],
      ['b', 'a'],
      ['c', 'a'],
    ]),
    seed: 7,
  });

describe('the plan of candidates', () => {
  it('is the same for the same input, and its first part is the plan of fewer rows', () => {
    expect(plan(12)).toEqual(plan(12));
    expect(plan(12).slice(0, 5)).toEqual(plan(5));
  });
  it('takes generators and labels in turn', () => {
    const first = plan(9);
    expect(first.map((r) => r.generator)).toEqual([
      'paraphrase',
      'hard-negative',
      'document-qa',
      'paraphrase',
      'hard-negative',
      'document-qa',
      'paraphrase',
      'hard-negative',
      'document-qa',
    ]);
    expect(new Set(first.filter((r) => r.generator === 'paraphrase').map((r) => r.label))).toEqual(new Set(['a', 'b', 'c']));
  });
});

describe('documents of the test', () => {
  const test = [row(1, 'q', 'a', { group: 'one.md' }), row(2, 'q', 'a', { columns: { source: 'docs/three.md' } })];
  it('are found by group or column, by path or name, and are not generated from', () => {
    const found = documentsOfTest(['handbook/one.md', 'handbook/two.md', 'docs/three.md'], test);
    expect([...found]).toEqual(['handbook/one.md', 'docs/three.md']);
    expect(apartFrom([chunk(0, 'handbook/one.md', 'x'), chunk(1, 'handbook/two.md', 'y')], found).map((c) => c.document)).toEqual([
      'handbook/two.md',
    ]);
  });
});

describe('what the teacher wrote', () => {
  const request = plan(3).find((r) => r.generator === 'document-qa') as CandidateRequest;
  const text = request.source?.text ?? '';
  const written = (output: string, fields: CandidateRequest['fields'] = request.fields) =>
    readCandidate({ request: { ...request, fields }, output, error: null }, 'generation');

  it('is kept where the quote stands in the document', () => {
    const output = JSON.stringify({ quote: text, question: 'How is it with this one?', answer: text });
    expect(written(output, ['quote', 'question', 'answer'])).toMatchObject({ candidate: { span: text, output: text }, drop: null });
  });
  it.each([
    ['no JSON', 'schema'],
    ['{"quote": "x"}', 'schema'],
    [JSON.stringify({ quote: 'This sentence stands nowhere.', message: 'How long does it take?' }), 'span'],
  ])('%s falls at %s', (output, filter) => expect(written(output).drop?.filter).toBe(filter));
  it('falls where the answer has a number that the document has not', () => {
    const output = JSON.stringify({ quote: text, question: 'How many is it then?', answer: 'It is 4711.' });
    expect(written(output, ['quote', 'question', 'answer']).drop).toEqual({ filter: 'grounded', why: 'the document does not say 4711' });
  });
});

describe('the independent labeller', () => {
  const rows = [
    { row: '1', label: 'a', vector: [1, 0] },
    { row: '2', label: 'a', vector: [0.9, 0.1] },
    { row: '3', label: 'b', vector: [0, 1] },
  ];
  it('follows the near rows', () => expect(labelByNeighbours([1, 0], rows, null)?.label).toBe('a'));
  it('does not let a seed vote for its own paraphrase', () => expect(labelByNeighbours([0, 1], rows, '3')?.label).toBe('a'));
  it('names for each label the one beside it', () =>
    expect(confusableLabels(rows)).toEqual(
      new Map([
        ['a', 'b'],
        ['b', 'a'],
      ]),
    ));
});

describe('synthetic rows beside what exists', () => {
  const made = (line: number, input: string) => row(line, input, 'a', { id: `synthetic:${line}`, file: 'synthetic', line });
  const existing = {
    train: [row(1, 'where is the parcel that I ordered on monday', 'a')],
    validation: [row(2, 'my battery does not charge any more', 'b')],
    test: [row(3, 'somebody stole my bike in front of the station', 'c')],
  };
  it('fall where they repeat a row, each other, or a test row', () => {
    const rows = [
      made(1, 'Where is the parcel that I ordered on Monday?'),
      made(2, 'my battery does not charge any more!'),
      made(3, 'I would like to talk to your manager'),
      made(4, 'I would like to talk to your manager.'),
      made(5, 'Somebody stole my bike in front of the station!'),
    ];
    expect(removeKnown(rows, existing, { task: 'classification', nearDuplicate: 0.8 }).map((d) => d?.filter ?? null)).toEqual([
      'duplicate',
      'duplicate',
      null,
      'duplicate',
      'leak',
    ]);
  });
});
