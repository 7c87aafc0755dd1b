/** Every metric that follows from the margins of a confusion matrix. */

/** What the metrics need of a confusion matrix of k labels: right answers and support per label; predictions per label and, last, outside all labels. */
export interface Margins {
  readonly right: Int32Array;
  readonly support: Int32Array;
  readonly predicted: Int32Array;
}

export const confusionMetricNames = [
  'accuracy',
  'precision_macro',
  'recall_macro',
  'f1_macro',
  'f1_micro',
  'f1_weighted',
  'precision_weighted',
  'recall_weighted',
  'kappa',
  'mcc',
] as const;
export type ConfusionMetric = (typeof confusionMetricNames)[number];

export function emptyMargins(labels: number): Margins {
  return { right: new Int32Array(labels), support: new Int32Array(labels), predicted: new Int32Array(labels + 1) };
}

/**
 * Writes the metrics of {@link confusionMetricNames}, in that order, to `into` from `offset` on. All lie in 0 … 1, kappa and MCC in −1 … 1.
 *
 * Equal to scikit-learn with `zero_division=0` and `labels` = the labels that are expected or answered at least once; an answer outside all labels
 * is a wrong one and no class of its own. Macro averages go over those labels. Kappa and MCC see the outside answers as one more category,
 * as `cohen_kappa_score` and `matthews_corrcoef` do, and are 0 where they are not defined.
 */
export function confusionMetrics({ right, support, predicted }: Margins, into: Float64Array, offset = 0): void {
  const labels = right.length;
  let n = 0;
  let correct = 0;
  let seen = 0;
  let precisions = 0,
    recalls = 0,
    f1s = 0,
    weightedPrecision = 0,
    weightedF1 = 0;
  let expectedAgreement = 0,
    predictedSquares = 0,
    supportSquares = 0;
  for (let k = 0; k < labels; k += 1) {
    const t = support[k] as number;
    const p = predicted[k] as number;
    if (t + p === 0) continue;
    const tp = right[k] as number;
    seen += 1;
    n += t;
    correct += tp;
    const precision = p > 0 ? tp / p : 0;
    const f1 = (2 * tp) / (t + p);
    precisions += precision;
    recalls += t > 0 ? tp / t : 0;
    f1s += f1;
    weightedPrecision += t * precision;
    weightedF1 += t * f1;
    expectedAgreement += t * p;
    predictedSquares += p * p;
    supportSquares += t * t;
  }
  if (n === 0) {
    into.fill(0, offset, offset + confusionMetricNames.length);
    return;
  }
  const outside = predicted[labels] as number;
  predictedSquares += outside * outside;
  const accuracy = correct / n;
  const chance = expectedAgreement / (n * n);
  const spread = (n * n - predictedSquares) * (n * n - supportSquares);
  into[offset] = accuracy;
  into[offset + 1] = precisions / seen;
  into[offset + 2] = recalls / seen;
  into[offset + 3] = f1s / seen;
  into[offset + 4] = (2 * correct) / (2 * n - outside);
  into[offset + 5] = weightedF1 / n;
  into[offset + 6] = weightedPrecision / n;
  into[offset + 7] = accuracy;
  into[offset + 8] = chance < 1 ? (accuracy - chance) / (1 - chance) : 0;
  into[offset + 9] = spread > 0 ? (correct * n - expectedAgreement) / Math.sqrt(spread) : 0;
}
