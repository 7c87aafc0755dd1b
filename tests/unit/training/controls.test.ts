import { expect, test } from 'vitest';
import { pipelineSpecSchema, type TunedSpec } from '../../../contracts/pipeline-spec.ts';
import { controlsOf, marksOf } from '../../../domain/training/controls.ts';

function tuned(more: Record<string, unknown>): TunedSpec {
  const spec = pipelineSpecSchema.parse({
    name: 'a',
    task: { type: 'classification' },
    dataset: { source: './chats/*.csv', input: 'text', output: 'label' },
    candidates: { tuned: [{ provider: 'local', base: 'tiny', ...more }] },
    deployment: { endpoint: 'a' },
  });
  return spec.candidates.tuned[0] as TunedSpec;
}

const row = { id: 'chats/billing.csv:7', file: 'chats/billing.csv', columns: { hardness: '3.5' }, origin: null };

test('only what a candidate sets reaches the trainer', () => {
  expect(controlsOf(tuned({}))).toEqual({});
  const all = { curriculum: 'hardness', mixture: { billing: 2 }, replay: 0.1, frozenLayers: 6, earlyStopping: {} };
  expect(controlsOf(tuned(all))).toEqual({ ...all, curriculum: 'difficulty', earlyStopping: { patience: 2 } });
  expect(controlsOf(tuned({ curriculum: 'length' }))).toEqual({ curriculum: 'length' });
});

test("a row's task is its file, and its difficulty the curriculum's column", () => {
  expect(marksOf(row, tuned({}))).toEqual({});
  expect(marksOf(row, tuned({ mixture: { billing: 2 }, curriculum: 'hardness' }))).toEqual({ task: 'billing', difficulty: 3.5 });
  expect(marksOf({ ...row, origin: { generator: 'paraphrase' } }, tuned({ mixture: { billing: 2 } }))).toEqual({ task: 'synthetic' });
});

test('a row whose difficulty is no number is named', () => {
  expect(() => marksOf(row, tuned({ curriculum: 'colour' }))).toThrow("'' in column 'colour' is no number");
});
