/** How a task is put to a model. Training, evaluation and the gateway render with these functions and no others. */
import type { Decoding, PromptTemplate, TaskShape } from '../../contracts/artifact.ts';
import type { TaskSpec } from '../../contracts/pipeline-spec.ts';
import { type ExtractionTask, schemaOf } from './written-answer.ts';

/** A task's first sentence: the pipeline file's instruction, else one made from the type. */
export function instructionOf(task: TaskShape, instruction: string | undefined): string {
  const usual = {
    classification: 'Classify the message.',
    extraction: 'Extract the fields from this message.',
    generation: 'Answer the question briefly and exactly.',
  };
  return instruction ?? usual[task.type];
}

/** For a model that has not been tuned: the instruction and the form of the answer. */
function systemPrompt(task: TaskShape, instruction: string | undefined): string {
  const first = instructionOf(task, instruction);
  if (task.type === 'classification') return `${first}\nAnswer with one of: ${task.labels.join(', ')}`;
  if (task.type === 'extraction') return `${first}\nAnswer with JSON only, with the fields: ${fieldsOf(task).join(', ')}`;
  return first;
}

const fieldsOf = (task: ExtractionTask): string[] => Object.keys(schemaOf(task).properties ?? {});

export function promptTemplate(
  task: TaskShape,
  instruction: string | undefined,
  parts: { examples?: PromptTemplate['examples']; withPassages?: boolean } = {},
): PromptTemplate {
  return {
    system: systemPrompt(task, instruction),
    examples: parts.examples ?? [],
    user: parts.withPassages ? 'Context:\n{{passages}}\n\n{{input}}' : '{{input}}',
  };
}

/**
 * For a model that is tuned: the instruction alone. It learns labels and form from its rows; naming them again costs tokens in every row
 * and made answers worse (Banking77's first ten labels, SmolLM2-135M: 0.96 without the list, 0.92 with it).
 */
export function tunedTemplate(task: TaskShape, instruction: string | undefined, withPassages: boolean): PromptTemplate {
  return { ...promptTemplate(task, instruction, { withPassages }), system: instructionOf(task, instruction) };
}

/** Linear classifiers read the bare input. */
export const bareTemplate: PromptTemplate = { system: null, examples: [], user: '{{input}}' };

/** @param spec the pipeline file's `task`, which may bound the answer's length */
export function decodingOf(task: TaskShape, spec?: TaskSpec): Decoding {
  const most = spec === undefined || spec.type === 'classification' ? undefined : spec.maxAnswerTokens;
  switch (task.type) {
    case 'classification':
      return { mode: 'labels', maxTokens: 32, temperature: 0 };
    case 'extraction':
      return { mode: 'json', maxTokens: most ?? 256, temperature: 0 };
    case 'generation':
      return { mode: 'text', maxTokens: most ?? 96, temperature: 0 };
  }
}
