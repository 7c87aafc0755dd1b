import { labelProbabilities, type ScoredRow } from './label-probabilities.ts';

/** Rows whose confidence lies in (low, high]. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly confidence: number;
  readonly accuracy: number;
}

export interface Calibration {
  readonly n: number;
  /** Expected calibration error: Σ n_b/n · |accuracy_b − confidence_b|. */
  readonly ece: number;
  /** Mean over rows of Σ_labels (p − 1[expected])², 0 … 2. For two labels twice scikit-learn's `brier_score_loss`. */
  readonly brier: number;
  /** The reliability diagram, without empty bins. */
  readonly bins: readonly ReliabilityBin[];
}

/**
 * Whether the label probabilities mean what they say. Null without rows.
 * Confidence is the probability of the most probable label, in `binCount` bins of equal width.
 *
 * Source: Guo et al., *On calibration of modern neural networks*, ICML 2017; Brier 1950.
 */
export function calibration(rows: readonly ScoredRow[], binCount = 15): Calibration | null {
  if (rows.length === 0) return null;
  const sums = Array.from({ length: binCount }, () => ({ n: 0, confidence: 0, hits: 0 }));
  let squares = 0;
  for (const { expected, scores } of rows) {
    const probabilities = labelProbabilities(scores);
    let [answer, confidence] = ['', -1];
    for (const [label, p] of probabilities) {
      squares += (p - (label === expected ? 1 : 0)) ** 2;
      if (p > confidence) [answer, confidence] = [label, p];
    }
    if (!probabilities.has(expected)) squares += 1;
    const bin = sums[Math.min(Math.max(Math.ceil(confidence * binCount) - 1, 0), binCount - 1)];
    if (bin === undefined) continue;
    bin.n += 1;
    bin.confidence += confidence;
    bin.hits += Number(answer === expected);
  }
  const bins = sums.flatMap(({ n, confidence, hits }, b) =>
    n === 0 ? [] : [{ low: b / binCount, high: (b + 1) / binCount, n, confidence: confidence / n, accuracy: hits / n }],
  );
  const ece = bins.reduce((sum, bin) => sum + (bin.n / rows.length) * Math.abs(bin.accuracy - bin.confidence), 0);
  return { n: rows.length, ece, brier: squares / rows.length, bins };
}
