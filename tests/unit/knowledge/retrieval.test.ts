import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../../contracts/knowledge.ts';
import type { Row } from '../../../contracts/rows.ts';
import { openBm25, termsOf } from '../../../domain/knowledge/bm25.ts';
import { fuse } from '../../../domain/knowledge/fuse.ts';
import { removeCopies } from '../../../domain/knowledge/remove-copies.ts';

const chunk = (ordinal: number, text: string, document = 'faq.md'): Chunk => ({ ordinal, document, line: ordinal + 1, headings: [], text });
const row = (input: string, output: string): Row => ({
  id: 'test.csv:2',
  file: 'test.csv',
  line: 2,
  input,
  output,
  group: null,
  columns: {},
  origin: null,
  weight: 1,
});

describe('BM25', () => {
  it('scores by the published formula', () => {
    const [hit] = openBm25(['red bike', 'blue bike rack', 'lock']).search('rack', 5);
    const idf = Math.log(1 + (3 - 1 + 0.5) / 1.5);
    expect(hit).toEqual({ ordinal: 1, score: expect.closeTo((idf * 2.2) / (1 + 1.2 * (0.25 + 0.75 * (3 / 2))), 12) });
  });
  it('prefers the rare term and breaks ties by position', () => {
    expect(
      openBm25(['the bike', 'the bike', 'the battery'])
        .search('the bike', 5)
        .map((hit) => hit.ordinal),
    ).toEqual([0, 1, 2]);
  });
  it('reads plurals as singulars', () => expect(termsOf('Batteries, racks and glass')).toEqual(['battery', 'rack', 'and', 'glass']));
});

describe('rank fusion', () => {
  it('puts first what both searches find', () => {
    expect(
      fuse(
        [
          { weight: 1, ordinals: [4, 2, 9] },
          { weight: 1, ordinals: [7, 2, 8] },
        ],
        3,
      ),
    ).toEqual([2, 4, 7]);
  });
  it('follows the heavier list', () =>
    expect(
      fuse(
        [
          { weight: 1, ordinals: [4] },
          { weight: 2, ordinals: [7] },
        ],
        2,
      ),
    ).toEqual([7, 4]));
});

describe('the leak rule for knowledge', () => {
  const question = row('How long do I have to report a dent?', 'Report visible damage within 5 days.');
  it('drops a copy of a test question with its answer', () => {
    const { kept, findings } = removeCopies(
      [chunk(0, 'Q: how long do I have to report a DENT? A: Report visible damage within 5 days.'), chunk(1, 'Something else.')],
      [question],
    );
    expect(kept).toEqual([{ ...chunk(1, 'Something else.'), ordinal: 0 }]);
    expect(findings).toMatchObject([{ kind: 'leak', action: 'dropped', file: 'faq.md', line: 1, other: { file: 'test.csv', line: 2 } }]);
  });
  it('drops it where the answer stands in the next passage', () => {
    expect(
      removeCopies([chunk(0, 'How long do I have to report a dent?'), chunk(1, 'Report visible damage within 5 days.')], [question]).kept.map(
        (c) => c.text,
      ),
    ).toEqual(['Report visible damage within 5 days.']);
  });
  it('keeps a document that merely answers', () => {
    expect(removeCopies([chunk(0, 'Report visible damage within 5 days of delivery.')], [question])).toMatchObject({
      kept: [{ ordinal: 0 }],
      findings: [],
    });
  });
  it('keeps a copy without the answer, and says so', () => {
    const { kept, findings } = removeCopies([chunk(0, 'Customers ask: How long do I have to report a dent?')], [question]);
    expect(kept).toHaveLength(1);
    expect(findings).toMatchObject([{ action: 'warned' }]);
  });
  it('sees a label written with spaces', () => {
    const labelled = row('my order came with a broken pedal today', 'damaged_or_missing');
    expect(removeCopies([chunk(0, '"my order came with a broken pedal today" is: damaged or missing')], [labelled]).kept).toEqual([]);
  });
});
