/** What a judge is asked. Every answer is one of a few words, so that any model can be constrained to them and none needs a parser. */
import type { RenderedRequest } from '../../prompt/render.ts';

/** Changes with any change of the prompts below, so that grades of other prompts are never taken for these. */
export const judgePromptVersion = 1;

export interface JudgeQuestion {
  readonly id: string;
  readonly system: string;
  readonly user: string;
  readonly choices: readonly string[];
}

export const grades = ['1', '2', '3', '4', '5'] as const;
export const preferences = ['A', 'B', 'tie'] as const;
export const yesOrNo = ['yes', 'no'] as const;

const maxTokens = 8;

export function judgeRequest({ id, system, user, choices }: JudgeQuestion, model: string): RenderedRequest {
  const messages = [
    { role: 'system' as const, content: `${system}\nAnswer with one of: ${choices.join(', ')}` },
    { role: 'user' as const, content: user },
  ];
  return { id, model, messages, maxTokens, temperature: 0, labels: choices, schema: null };
}

/** The one choice that the judge's text names, or null: the whole text, else the only choice that stands in it as a word. */
export function readChoice(text: string, choices: readonly string[]): string | null {
  const said = text.trim().replace(/^["'`]+|["'`.!]+$/g, '');
  const exact = choices.find((choice) => choice.toLowerCase() === said.toLowerCase());
  if (exact !== undefined) return exact;
  const words = new Set(text.split(/[^\p{L}\p{N}]+/u));
  const named = choices.filter((choice) => words.has(choice));
  return named.length === 1 ? (named[0] ?? null) : null;
}

/** Parts of a judge's prompt, each under its heading; empty ones are left out. */
export function parts(...pairs: readonly (readonly [heading: string, text: string | null])[]): string {
  return pairs
    .filter(([, text]) => text !== null && text !== '')
    .map(([heading, text]) => `## ${heading}\n${text}`)
    .join('\n\n');
}
