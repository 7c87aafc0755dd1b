import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';

type TaskType = PipelineSpec['task']['type'];

/** The system prompt where `task.instruction` gives none. Labels are named in the order given, which is part of the prompt and so of the artifact. */
export function defaultInstruction(task: TaskType, labels: readonly string[]): string {
  if (task === 'classification') return `Classify the message. Answer with exactly one of these labels and nothing else: ${labels.join(', ')}.`;
  if (task === 'extraction') return 'Extract the data from the message. Answer with one JSON object that fits the schema and nothing else.';
  return 'Answer the message helpfully and truthfully.';
}
