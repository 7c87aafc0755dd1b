import type { Artifact, PromptTemplate } from '../../contracts/artifact.ts';
import { schemaOf } from './written-answer.ts';

export interface RenderedMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}
export interface RenderedRequest {
  readonly id: string;
  readonly model: string;
  readonly messages: readonly RenderedMessage[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly labels: readonly string[] | null;
  readonly schema: Readonly<Record<string, unknown>> | null;
}

/** What is asked: the caller's text, the passages that retrieval put before it, and the examples that were chosen for it. */
export interface Question {
  readonly id: string;
  readonly input: string;
  readonly passages?: readonly string[];
  readonly examples?: PromptTemplate['examples'];
}

export function renderMessages(template: PromptTemplate, question: Question): RenderedMessage[] {
  const fill = (input: string, passages: readonly string[]) =>
    template.user.replace(/\{\{(input|passages)\}\}/g, (_, key: string) => (key === 'input' ? input : passages.join('\n---\n')));
  return [
    ...(template.system === null ? [] : [{ role: 'system' as const, content: template.system }]),
    ...[...template.examples, ...(question.examples ?? [])].flatMap((e) => [
      { role: 'user' as const, content: fill(e.input, []) },
      { role: 'assistant' as const, content: e.output },
    ]),
    { role: 'user' as const, content: fill(question.input, question.passages ?? []) },
  ];
}

/** The one request that both the evaluation and the gateway send for an artifact. `model` is the name under which it is deployed. */
export function renderRequest(artifact: Artifact, question: Question, model: string): RenderedRequest {
  return {
    id: question.id,
    model,
    messages: renderMessages(artifact.prompt, question),
    maxTokens: artifact.decoding.maxTokens,
    temperature: artifact.decoding.temperature,
    labels: artifact.decoding.mode === 'labels' && artifact.task.type === 'classification' ? artifact.task.labels : null,
    schema: artifact.decoding.mode === 'json' && artifact.task.type === 'extraction' ? schemaOf(artifact.task) : null,
  };
}

/** One line of a chat training file, with what the trainer is told of its row. */
export function renderTrainingLine(
  template: PromptTemplate,
  row: { readonly input: string; readonly output: string; readonly weight: number; readonly passages?: readonly string[] },
  marks: { readonly task?: string; readonly difficulty?: number } = {},
): string {
  const turn = row.weight === 1 ? {} : { weight: row.weight };
  const prompt = renderMessages(template, { id: '', input: row.input, ...(row.passages ? { passages: row.passages } : {}) });
  return JSON.stringify({ messages: [...prompt, { role: 'assistant', content: row.output, ...turn }], ...marks });
}

/** One line of a preference training file: the question, the better answer and the worse one. */
export function renderPreferenceLine(
  template: PromptTemplate,
  row: { readonly input: string; readonly output: string; readonly rejected: string; readonly passages?: readonly string[] },
  marks: { readonly task?: string; readonly difficulty?: number } = {},
): string {
  const answer = (content: string) => [{ role: 'assistant', content }];
  const messages = renderMessages(template, { id: '', input: row.input, ...(row.passages ? { passages: row.passages } : {}) });
  return JSON.stringify({ input: { messages }, preferred_output: answer(row.output), non_preferred_output: answer(row.rejected), ...marks });
}
