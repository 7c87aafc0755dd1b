import { describe, expect, test } from 'vitest';
import { compareServed, type ServedToken } from '../../../domain/endpoint/compare-served.ts';

const token = (text: string, logprob: number, ...others: [string, number][]): ServedToken => ({
  token: text,
  logprob,
  top_logprobs: [[text, logprob] as const, ...others].map(([t, l]) => ({ token: t, logprob: l })),
});
const row = (id: string, recorded: string, served: string, tokens: ServedToken[] = []) => ({
  row: id,
  input: `input ${id}`,
  recorded,
  served,
  tokens,
});
const sameRows = (n: number) => Array.from({ length: n }, (_, i) => row(String(i), 'yes', 'yes'));

describe('what is served is what was evaluated', () => {
  test('when every row is the same', () =>
    expect(compareServed('classification', sameRows(3))).toMatchObject({ same: 3, holds: true, differing: [] }));

  test('for labels only then', () => {
    const compared = compareServed('classification', [...sameRows(999), row('x', 'refund', 'billing', [token('billing', -0.6, ['refund', -0.9])])]);
    expect(compared).toMatchObject({ rows: 1000, same: 999, holds: false });
    expect(compared.differing).toEqual([{ row: 'x', input: 'input x', recorded: 'refund', served: 'billing', gap: expect.closeTo(0.3, 9) }]);
  });

  test('for texts when 98 % of the rows are the same', () => {
    const other = (id: string) => row(id, 'a', 'b');
    expect(compareServed('generation', [...sameRows(98), other('x'), other('y')]).holds).toBe(true);
    expect(compareServed('extraction', [...sameRows(97), other('x'), other('y'), other('z')]).holds).toBe(false);
  });

  test('not when nothing was asked', () => expect(compareServed('generation', []).holds).toBe(false));
});

describe('the gap of a row that differs', () => {
  test('is that between the two tokens where the texts part', () => {
    const tokens = [token('Within', -0.1), token(' 5', -0.7, [' 14', -0.7001], [' 7', -3]), token(' days', 0)];
    expect(compareServed('generation', [row('x', 'Within 14 days', 'Within 5 days', tokens)]).differing[0]?.gap).toBeCloseTo(0.0001, 9);
  });

  test('is that to the second best where the recorded token is not among the best', () => {
    const tokens = [token('{"a":', 0), token('1', -0.2, ['2', -2.2])];
    expect(compareServed('extraction', [row('x', '{"a":7}', '{"a":1}', tokens)]).differing[0]?.gap).toBeCloseTo(2, 9);
  });

  test('is unknown where the model gives no log-probabilities', () =>
    expect(compareServed('generation', [row('x', 'a', 'b')]).differing[0]?.gap).toBeNull());
});
