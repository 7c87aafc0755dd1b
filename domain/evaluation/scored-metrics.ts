import type { TaskShape } from '../../contracts/artifact.ts';
import type { Prediction } from '../../contracts/rows.ts';
import type { Estimate } from '../../contracts/run.ts';
import { labelProbabilities } from './label-probabilities.ts';
import { outOfScope } from './out-of-scope.ts';
import { topK } from './top-k.ts';

const top = 3;

/**
 * What the labels' scores and the label for “none of these” add to the metrics of a classification: `top_3` where every answer came with scores of more
 * labels than that, `out_of_scope_recall` and `_precision` where the task names such a label; what has no interval is said in the notes.
 */
export function scoredMetrics(
  task: Extract<TaskShape, { type: 'classification' }>,
  predictions: readonly Prediction[],
): { readonly metrics: Record<string, Estimate>; readonly notes: string[] } {
  const scored = predictions.flatMap(({ expected, scores }) => (scores === null ? [] : [{ expected, scores }]));
  const isScored = scored.length > 0 && scored.length === predictions.length;
  const metrics: Record<string, Estimate> = {};
  const notes: string[] = [];
  if (isScored && task.labels.length > top) metrics[`top_${top}`] = topK(scored, top);
  const { outOfScope: outside } = task;
  if (outside === undefined) return { metrics, notes };
  const found = outOfScope(
    predictions.map(({ expected, answer, scores }) => ({
      isInside: expected !== outside,
      saysInside: answer !== outside,
      confidence: isScored && scores !== null ? 1 - (labelProbabilities(scores).get(outside) ?? 0) : null,
    })),
  );
  if (found === null) return { metrics, notes: [`no row is ${outside}, so whether it is told apart was not measured`] };
  metrics.out_of_scope_recall = found.recall;
  metrics.out_of_scope_precision = found.precision;
  if (found.auroc !== null && found.falseAcceptAt95 !== null)
    notes.push(
      `${outside} is told apart with an area under the ROC curve of ${found.auroc.toFixed(3)}; a threshold that lets 95 % of the others in lets in ${(found.falseAcceptAt95 * 100).toFixed(1)} % of it`,
    );
  return { metrics, notes };
}
