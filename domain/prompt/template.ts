/** How a task is put to a model. Training, evaluation and the gateway render with these functions and no others. */
import type { Decoding, PromptTemplate, TaskShape } from '../../contracts/artifact.ts';

/** The default system prompt of a task; `instruction` replaces its first sentence, never the answer's form. */
export function systemPrompt(task: TaskShape, instruction: string | undefined): string {
  switch (task.type) {
    case 'classification':
      return `${instruction ?? 'Which label fits this message?'}\nAnswer with one of: ${task.labels.join(', ')}`;
    case 'extraction':
      return `${instruction ?? 'Extract the fields from this message.'}\nAnswer with JSON only, with the fields: ${Object.keys(propertiesOf(task.schema)).join(', ')}`;
    case 'generation':
      return instruction ?? 'Answer the question briefly and exactly.';
  }
}

const propertiesOf = (schema: Readonly<Record<string, unknown>>): Record<string, unknown> => (schema.properties ?? {}) as Record<string, unknown>;

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

/** Linear classifiers read the bare input. */
export const bareTemplate: PromptTemplate = { system: null, examples: [], user: '{{input}}' };

export function decodingOf(task: TaskShape): Decoding {
  switch (task.type) {
    case 'classification':
      return { mode: 'labels', maxTokens: 32, temperature: 0 };
    case 'extraction':
      return { mode: 'json', maxTokens: 256, temperature: 0 };
    case 'generation':
      return { mode: 'text', maxTokens: 96, temperature: 0 };
  }
}
