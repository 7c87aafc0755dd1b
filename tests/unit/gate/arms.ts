import type { GateSpec } from '../../../contracts/pipeline-spec.ts';
import type { Prediction } from '../../../contracts/rows.ts';
import type { GateArm, GateInput, GateTarget } from '../../../domain/gate/gate-input.ts';

export const labels = ['billing', 'delivery', 'login', 'refund'];

/** An arm that answers the rows for which `isRight` holds, and says the next label otherwise. */
export function arm(name: string, n: number, isRight: (row: number) => boolean): GateArm {
  return { name, artifact: `sha256:${name}`, predictions: Array.from({ length: n }, (_, i) => prediction(i, isRight(i))) };
}

export function prediction(row: number, isRight: boolean): Prediction {
  const [expected, other] = [labels[row % 4] as string, labels[(row + 1) % 4] as string];
  const answer = isRight ? expected : other;
  return {
    row: `test.csv:${row + 2}`,
    expected,
    answer,
    raw: answer,
    scores: null,
    latencyMs: 10,
    promptTokens: 1,
    completionTokens: 1,
    error: null,
  };
}

export const spec: GateSpec = {
  beat: ['champion', 'best-untuned'],
  confidence: 0.95,
  minimumGain: 0,
  equivalence: 0.01,
  maximumRegression: {},
  nonInferiority: false,
  retraining: { margin: 0.05 },
};

export function target(name: string, n: number, isRight: (row: number) => boolean, role: GateTarget['role'] = 'best-untuned'): GateTarget {
  return { ...arm(name, n, isRight), role };
}

export function input(candidate: GateArm, targets: readonly GateTarget[], changes: Partial<GateInput> = {}): GateInput {
  return {
    metric: 'accuracy',
    spec,
    taskType: 'classification',
    candidate,
    targets,
    labels,
    look: 1,
    dataset: { n: candidate.predictions.length, contaminated: false, testChanged: false },
    seed: 7,
    resamples: 400,
    ...changes,
  };
}
