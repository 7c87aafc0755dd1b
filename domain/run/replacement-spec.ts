import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';

export interface Replacement {
  /** Name of the arm that is replaced: its hyperparameters are taken over. */
  readonly arm: string;
  readonly provider: string;
  readonly base: string;
  readonly method: string;
  readonly margin: number;
}

/**
 * The pipeline file of a retirement drill: the same rows and questions, one candidate on another base, gated against the champion's recorded answers.
 * A replacement need not be better: it may be worse by at most `margin`. Nothing else is compared, and no schedule is made.
 */
export function replacementSpec(spec: PipelineSpec, { arm, provider, base, method, margin }: Replacement): PipelineSpec {
  const { tuned } = spec.candidates;
  const before = tuned.find((t) => t.name === arm || arm.startsWith(`${t.method}-`)) ?? tuned[0];
  const { schedule: _, ...rest } = spec;
  const candidate = {
    name: 'replacement',
    provider,
    base,
    method: method as PipelineSpec['candidates']['tuned'][number]['method'],
    rag: before?.rag ?? false,
    seeds: [before?.seeds[0] ?? 7],
    hyperparameters: before?.hyperparameters ?? defaults,
  };
  return { ...rest, candidates: { untuned: [], tuned: [candidate] }, gate: { ...spec.gate, beat: ['champion'], minimumGain: -margin } };
}

/** Those of the pipeline file, for an arm that was never tuned. */
const defaults = {
  epochs: 3,
  learningRate: 5e-4,
  rank: 16,
  alpha: 16,
  dropout: 0,
  batchSize: 8,
  maxLength: 512,
  weightDecay: 0,
  warmupRatio: 0.05,
  scheduler: 'cosine',
} as const satisfies PipelineSpec['candidates']['tuned'][number]['hyperparameters'];
