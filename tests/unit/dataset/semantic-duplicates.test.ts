import { expect, it } from 'vitest';
import type { Row } from '../../../contracts/rows.ts';
import { prepareDataset } from '../../../domain/dataset/prepare.ts';
import { removeSemanticDuplicates } from '../../../domain/dataset/remove-semantic-duplicates.ts';
import { csv, inputOf, randomRows, source, test } from './make-prepared.ts';

it('rows that say the same in other words leave training as leaks or near-duplicates, and test rows stay', () => {
  const prepared = prepareDataset(inputOf([source(csv(randomRows(40, 1))), test(csv(randomRows(10, 2)))]));
  const [held, first, second] = [prepared.test[0], prepared.train[0], prepared.train[5]] as [Row, Row, Row];
  const leaking = prepared.train[7] as Row;
  const places = new Map([...prepared.test, ...prepared.train, ...prepared.validation].map((row, i) => [row, i]));
  /** Each row points its own way, but for two that point where another does. */
  const vectorOf = (row: Row): number[] => {
    const way = places.get(row === second ? first : row === leaking ? held : row) ?? 0;
    return Array.from({ length: places.size }, (_, i) => (i === way ? 1 : 0));
  };
  const less = removeSemanticDuplicates(prepared, vectorOf, 0.95);
  expect(less.test).toEqual(prepared.test);
  expect(less.train).toEqual(prepared.train.filter((row) => row !== second && row !== leaking));
  expect(less.dropped).toEqual({ ...prepared.dropped, leak: prepared.dropped.leak + 1, nearDuplicate: prepared.dropped.nearDuplicate + 1 });
  const found = less.findings.filter(({ message }) => message.includes('in other words'));
  expect(found.map(({ kind, line, other }) => [kind, line, other?.file, other?.line])).toEqual([
    ['nearDuplicate', second.line, 'train.csv', first.line],
    ['leak', leaking.line, 'test.csv', held.line],
  ]);
  expect(less.read).toBe(less.train.length + less.validation.length + less.test.length + Object.values(less.dropped).reduce((a, b) => a + b, 0));
});
