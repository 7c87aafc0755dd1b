import type { Artifact } from '../../contracts/artifact.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { FrozenDataset } from '../../contracts/plan.ts';

/** How an arm with retrieval finds its passages, as its artifact says it. */
export function retrievalOf(spec: PipelineSpec, dataset: FrozenDataset): NonNullable<Artifact['retrieval']> {
  if (!dataset.knowledge || !spec.knowledge) throw new RangeError('an arm retrieves, and there is no knowledge');
  return { index: dataset.knowledge, passages: spec.knowledge.passages };
}
