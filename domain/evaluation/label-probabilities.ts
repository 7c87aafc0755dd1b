import type { Prediction } from '../../contracts/rows.ts';

/** Probabilities over the labels that a row's log-probabilities stand for, summing to 1: softmax, with labels that have no score at 0. */
export function labelProbabilities(scores: NonNullable<Prediction['scores']>): Map<string, number> {
  const entries = Object.entries(scores);
  const most = Math.max(...entries.map(([, score]) => score));
  const weights = entries.map(([label, score]) => [label, Math.exp(score - most)] as const);
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return new Map(weights.map(([label, weight]) => [label, weight / total]));
}

/** A row with the scores of all labels; arms whose serving path gives none have no calibration. */
export interface ScoredRow {
  readonly expected: string;
  readonly scores: NonNullable<Prediction['scores']>;
}
