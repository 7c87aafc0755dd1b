import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import { columnsIn, placeholder } from '../dataset/column-template.ts';
import type { Refuse } from './locate.ts';

/** Sources of a kind that is read, templates that are whole, and an input that does not give the answer away. */
export function checkDataset({ dataset }: PipelineSpec, refuse: Refuse): void {
  for (const key of ['input', 'output'] as const) {
    const rest = dataset[key].replace(placeholder, '');
    if (rest.includes('{{'))
      refuse(
        ['dataset', key],
        `a '{{' in the template names no column: ${dataset[key]}`,
        'write a column between the braces: "{{subject}}\\n{{body}}"',
      );
  }
  for (const key of ['source', 'test'] as const) {
    const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(dataset[key] ?? '')?.[1];
    if (scheme !== undefined && scheme.toLowerCase() !== 's3')
      refuse(['dataset', key], `${scheme}:// addresses are not read`, 'name a file, or write s3://bucket/key or connection:NAME?query=SELECT …');
  }
  const asked = columnsIn(dataset.output);
  const shown = columnsIn(dataset.input);
  if (asked.length > 0 && asked.every((column) => shown.includes(column)))
    refuse(
      ['dataset', 'input'],
      `the input shows '${asked.join("', '")}', which is the answer that dataset.output asks for`,
      'leave it out of the input: such a model would be perfect here and useless elsewhere',
    );
}
