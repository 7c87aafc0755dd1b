import { expect, test } from 'vitest';
import type { PipelineSpecInput } from '../../../contracts/pipeline-spec.ts';
import { pipelineSpecSchema } from '../../../contracts/pipeline-spec.ts';
import { openProviders } from '../../../providers/index.ts';
import { requireProviders } from '../../../server/runs/require-providers.ts';

const specWith = (tuned: PipelineSpecInput['candidates']['tuned']) =>
  pipelineSpecSchema.parse({
    name: 'teams',
    task: { type: 'classification' },
    dataset: { source: './rows.csv', input: 'text', output: 'team' },
    candidates: { untuned: [], tuned },
    deployment: { endpoint: 'teams' },
  });

test('Cohere, which tunes no more, is refused before anything begins, with the way out', () => {
  const refused = expect.objectContaining({
    code: 'not_supported',
    message: expect.stringContaining('2025-09-15'),
    remedy: expect.stringContaining("'local'"),
  });
  expect(() => requireProviders(specWith([{ provider: 'cohere', base: 'command-r' }]))).toThrow(refused);
  expect(() => openProviders({})('cohere')).toThrow(refused);
});

test.each([
  [{ provider: 'nobody', base: 'm' }, 'candidates.tuned[0].provider', /use one of: local, openai/],
  [{ provider: 'openai', base: 'gpt-4o-mini-2024-07-18', method: 'lora' as const }, 'candidates.tuned[0].method', /write method: full/],
  [{ provider: 'together', base: 'Qwen/Qwen2.5-7B-Instruct', frozenLayers: 6 }, 'candidates.tuned[0].frozenLayers', /leave it out/],
])('what a provider cannot do is refused with its place: %o', (tuned, where, remedy) => {
  expect(() => requireProviders(specWith([tuned]))).toThrow(
    expect.objectContaining({ code: 'not_supported', where, remedy: expect.stringMatching(remedy) }),
  );
});
