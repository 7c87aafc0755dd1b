/** Counts tokens as OpenAI's cookbook does ("How to count tokens with tiktoken", examples/How_to_count_tokens_with_tiktoken.ipynb, 2024-11): on its own, so that ours can be held against it. */
import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';

const encoding = new Tiktoken(o200k);
const perMessage = 3;
const perConversation = 3;

export const textTokens = (text: string): number => encoding.encode(text, [], []).length;

export const conversationTokens = (messages: readonly { readonly role: string; readonly content: string }[]): number =>
  messages.reduce((sum, { role, content }) => sum + perMessage + textTokens(role) + textTokens(content), perConversation);

/** A training file of any dialect: each line is one conversation. */
export const fileTokens = (bytes: Buffer): number => conversationsIn(bytes).reduce((sum, messages) => sum + conversationTokens(messages), 0);

export interface Turn {
  readonly role: string;
  readonly content: string;
}

/** The turns of each line, whichever dialect wrote it: `messages`, Gemini's `contents`, Nova's parts, or a prompt with its completion. */
export function conversationsIn(bytes: Buffer): Turn[][] {
  return bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => turnsOf(JSON.parse(line) as Line));
}

interface Line {
  readonly system?: unknown;
  readonly systemInstruction?: { readonly parts: unknown };
  readonly messages?: readonly { readonly role: string; readonly content: unknown }[];
  readonly contents?: readonly { readonly role: string; readonly parts: unknown }[];
  readonly prompt?: string;
  readonly completion?: string;
}

function turnsOf({ system, systemInstruction, messages, contents, prompt, completion }: Line): Turn[] {
  const first = system ?? systemInstruction?.parts;
  if (prompt !== undefined)
    return [
      { role: 'user', content: prompt },
      { role: 'assistant', content: completion ?? '' },
    ];
  return [
    ...(first === undefined ? [] : [{ role: 'system', content: textOf(first) }]),
    ...(messages ?? []).map(({ role, content }) => ({ role, content: textOf(content) })),
    ...(contents ?? []).map(({ role, parts }) => ({ role: role === 'model' ? 'assistant' : role, content: textOf(parts) })),
  ];
}

const textOf = (content: unknown): string =>
  typeof content === 'string' ? content : (content as readonly { text?: string }[]).map((part) => part.text ?? '').join('');
