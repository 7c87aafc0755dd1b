import { describe, expect, it } from 'vitest';
import { pipelineSpecSchema } from '../../../contracts/pipeline-spec.ts';
import { planRun } from '../../../domain/run/plan.ts';

const tuned = [
  { name: 'first', provider: 'local', base: 'x' },
  { name: 'second', provider: 'local', base: 'x' },
];
const plan = (more: object) =>
  planRun(
    pipelineSpecSchema.parse({
      name: 'ablation',
      task: { type: 'classification' },
      dataset: { source: 'a.csv', input: 'text', output: 'label' },
      candidates: { tuned },
      deployment: { endpoint: 'ablation' },
      ...more,
    }),
  ).tuned;
const synthesis = { teacher: 'local/x' };

describe('an ablation', () => {
  it('trains the first candidate without synthetic rows where it is asked for, or where a budget allows it', () => {
    for (const more of [{ synthesis: { ...synthesis, ablation: 'always' } }, { synthesis, budget: { usd: 20 } }])
      expect(plan(more).map(({ name, trial }) => [name, trial])).toEqual([
        ['first', undefined],
        ['second', undefined],
        ['first-real-rows', { of: 'first', withoutSynthetic: true }],
      ]);
  });

  it('is no seed of the candidate, and costs nothing unasked', () => {
    const [first, , ablation] = plan({ synthesis: { ...synthesis, ablation: 'always' } });
    expect(ablation?.recipe).not.toBe(first?.recipe);
    for (const more of [
      { synthesis },
      { synthesis: { ...synthesis, ablation: 'never' }, budget: { usd: 20 } },
      { budget: { usd: 20 } },
      { synthesis, budget: { usd: 0 } },
    ])
      expect(plan(more)).toHaveLength(2);
  });
});
