import { expect, test } from 'vitest';
import { pipelineSpecSchema } from '../../../contracts/pipeline-spec.ts';
import { durationMs } from '../../../domain/run/duration.ts';
import { planRun } from '../../../domain/run/plan.ts';
import { recipeHash, trainingKey } from '../../../domain/training/key.ts';

const spec = pipelineSpecSchema.parse({
  name: 'p',
  task: { type: 'classification' },
  dataset: { source: 'a.csv', input: 't', output: 'l' },
  deployment: { endpoint: 'e' },
  candidates: {
    untuned: ['zero-shot', { 'few-shot': 4 }, 'classical'],
    tuned: [
      { provider: 'local', base: 'org/SmolLM2-135M-Instruct' },
      { provider: 'local', base: 'smollm2-135m-instruct', seeds: [1, 2] },
      { provider: 'local', base: 'smollm2-135m' },
    ],
  },
});

test('every arm has a name of its own that says what differs', () => {
  const { untuned, tuned } = planRun(spec);
  expect(untuned.map((u) => u.name)).toEqual(['zero-shot', 'few-shot-4', 'classical']);
  expect(tuned.map((t) => t.name)).toEqual(['lora-smollm2-135m', 'lora-smollm2-135m-seed-1', 'lora-smollm2-135m-seed-2', 'lora-smollm2-135m-2']);
});

test('untuned arms ask the base model that is tuned, so that tuning is compared with what it starts from', () => {
  expect(planRun(spec).untuned[0]).toMatchObject({ provider: 'local', base: 'org/SmolLM2-135M-Instruct' });
});

test('durations are read in every unit', () =>
  expect(['500ms', '30s', '10m', '72h', '30d', '1.5h'].map(durationMs)).toEqual([500, 30_000, 600_000, 259_200_000, 2_592_000_000, 5_400_000]));

test('the training key changes with anything that changes the job, and with the attempt', () => {
  const recipe = {
    dataset: 'd',
    provider: 'local',
    base: 'b',
    method: 'lora',
    hyperparameters: { epochs: 3, rank: 8 },
    seed: 7,
    trainerVersion: '1',
  };
  const same = recipeHash({ ...recipe, hyperparameters: { rank: 8, epochs: 3 } });
  expect(same).toBe(recipeHash(recipe));
  const others = [
    { dataset: 'x' },
    { provider: 'x' },
    { base: 'x' },
    { method: 'x' },
    { hyperparameters: {} },
    { seed: 8 },
    { trainerVersion: '2' },
  ].map((c) => recipeHash({ ...recipe, ...c }));
  expect(new Set([same, ...others]).size).toBe(8);
  expect(trainingKey(same, 1)).not.toBe(trainingKey(same, 2));
});

test('untuned arms may differ in their examples, their instruction and their model, and are named for it', () => {
  const { untuned } = planRun(
    pipelineSpecSchema.parse({
      ...spec,
      candidates: {
        untuned: [
          { 'few-shot': 8, select: 'similar' },
          { kind: 'zero-shot', name: 'terse', instruction: 'Which team?' },
          { kind: 'zero-shot', base: 'org/Qwen3-0.6B' },
        ],
        tuned: spec.candidates.tuned,
      },
    }),
  );
  expect(untuned.map(({ name, select, instruction, base }) => [name, select, instruction, base])).toEqual([
    ['few-shot-8-similar', 'similar', undefined, 'org/SmolLM2-135M-Instruct'],
    ['terse', undefined, 'Which team?', 'org/SmolLM2-135M-Instruct'],
    ['zero-shot-qwen3-0.6b', undefined, undefined, 'org/Qwen3-0.6B'],
  ]);
});
