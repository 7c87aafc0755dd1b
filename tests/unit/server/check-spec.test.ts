import { describe, expect, test } from 'vitest';
import { checkSpec } from '../../../server/runs/start-run.ts';

const dataset = { source: './a.csv', input: 'text', output: 'answer', test: './b.csv' };
const spec = (task: unknown) => ({ name: 'orders', task, dataset, candidates: {}, deployment: { endpoint: 'orders' } });

describe('a spec that another service sends', () => {
  test.each([
    ['f1_macro', { type: 'classification' }],
    ['field_f1', { type: 'extraction', schema: './order.schema.json' }],
    ['similarity', { type: 'generation' }],
  ])('is judged by %s as one from the command line is', (metric, task) => {
    expect(checkSpec(spec(task))).toMatchObject({ gate: { metric }, dataset: { split: { train: 0.85, validation: 0.15, test: 0 } } });
  });

  test('means the same when it has been filled before', () => {
    const once = checkSpec(spec({ type: 'generation' }));
    expect(checkSpec(once)).toEqual(once);
  });

  test('is held to the rules of a pipeline file', () => {
    const leaky = { ...spec({ type: 'generation' }), dataset: { ...dataset, source: 's3://me:secret@bucket/a.csv' } };
    expect(() => checkSpec(leaky)).toThrowError(expect.objectContaining({ code: 'credentials_in_url', where: 'dataset.source' }));
  });

  test('is refused with the place of its fault', () => {
    expect(() => checkSpec({ ...spec({ type: 'generation' }), gaet: {} })).toThrowError(expect.objectContaining({ code: 'unknown_key' }));
  });
});
