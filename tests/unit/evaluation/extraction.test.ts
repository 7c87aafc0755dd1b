import { describe, expect, test } from 'vitest';
import { fieldEstimates } from '../../../domain/evaluation/field-estimates.ts';
import { compareFields } from '../../../domain/evaluation/field-scores.ts';
import { rowScores } from '../../../domain/evaluation/row-scores.ts';
import { schemaValidity } from '../../../domain/evaluation/schema-validity.ts';
import { metricValue, type RowSums } from '../../../domain/evaluation/sums-bootstrap.ts';
import { fieldsCase } from '../../oracles/draws.ts';
import { expectEqual, golden } from './golden.ts';

const fieldF1 = (rows: readonly { expected: string; answer: string | null }[]) => metricValue(rowScores('field_f1', rows) as RowSums);

describe('extraction', () => {
  test('field F1 equals micro F1 of scikit-learn over (field, value) pairs', () => {
    golden('fields').forEach(([micro], i) => {
      expectEqual(fieldF1(fieldsCase(i).map(([expected, answer]) => ({ expected, answer }))), micro, `case ${i}`);
    });
  });

  test('fields are equal whatever the order, the spaces and the way that nothing is said', () => {
    expect(fieldF1([{ expected: '{"a": "New  York", "b": [1, 2], "c": null}', answer: '{"b":[2,1.0],"a":" New York "}' }])).toBe(1);
  });

  test('a text that is no JSON misses every field', () => {
    expect(
      fieldF1([
        { expected: '{"a":1}', answer: 'a: 1' },
        { expected: '{"a":1}', answer: null },
      ]),
    ).toBe(0);
    expect(compareFields('{"a":1}', 'a: 1').get('/a')).toEqual({ truePositives: 0, falsePositives: 0, falseNegatives: 1 });
  });

  test('exact match compares fields where JSON is expected', () => {
    const rows = [
      { expected: '{"a":1,"b":2}', answer: '{"b":2,"a":1}' },
      { expected: '{}', answer: 'nothing' },
      { expected: '{"a":1}', answer: '{"a":2}' },
    ];
    expect(rowScores('exact_match', rows)?.columns[0]).toEqual([1, 0, 0]);
  });

  test('schema validity tells valid answers from others', () => {
    const isValid = schemaValidity({ type: 'object', required: ['date'], properties: { date: { type: 'string', format: 'date' } } });
    expect(['{"date":"2026-11-22"}', '{"date":"soon"}', '{}', 'date', null].map(isValid)).toEqual([true, false, false, false, false]);
  });

  test('each field has an F1 of its own, which for a field that every row has once is the share of right rows', () => {
    const row = (answer: string | null, expected = '{"model":"Wren","quantity":1,"city":{"name":"Mol"}}') => ({ expected, answer });
    const rows = [
      row('{"model":"Wren","quantity":2,"city":{"name":"Mol"}}'),
      row('{"model":"Wren","quantity":1,"city":{"name":"Ypres"}}'),
      row('{"model":"Otter","quantity":1,"city":{"name":"Mol"}}'),
      row(null),
    ];
    const fields = fieldEstimates(rows, [null, null, null, null], { seed: 7 });
    expect(Object.keys(fields)).toEqual(['model', 'quantity', 'city/name']);
    // Two right, one wrong, one missing: 2·2 / (2·2 + 1 + 2).
    for (const field of Object.values(fields)) expect(field).toMatchObject({ value: expect.closeTo(4 / 7, 12), support: 4 });
    for (const { value, low, high } of Object.values(fields)) expect(low <= value && value <= high).toBe(true);
  });

  test('a metric that answers alone do not give has no row scores', () => {
    expect(rowScores('judge', [])).toBeNull();
  });
});
