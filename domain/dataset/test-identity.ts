import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { refOf } from '../hash.ts';

/**
 * What decides which rows are test rows. While it stays the same, a test set that was once split off stays the test set of every later version
 * of the pipeline's dataset, whatever rows come or go. A change of source, columns, task, redaction or split asks for a new one.
 *
 * @returns null where a file is the test set: then the file decides
 */
export function testIdentityOf({ name, task, dataset, evaluation }: PipelineSpec): ArtifactRef | null {
  if (dataset.test !== undefined) return null;
  const { source, format, input, output, pii, split } = dataset;
  return refOf({ version: 1, name, task: task.type, source, format, input, output, pii, split, slices: evaluation.slices });
}

/** Identity of the content that a dataset is made from. @param files name and address of each file */
export const inputsOf = (files: readonly { readonly name: string; readonly ref: ArtifactRef }[]): ArtifactRef =>
  refOf(files.map(({ name, ref }) => ({ name, ref })).sort((a, b) => (a.name < b.name ? -1 : 1)));
