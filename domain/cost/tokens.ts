/** How many tokens a text has: exactly where the base's own tokenizer is at hand, else estimated with a stated error. */
import type { Tiktoken } from 'js-tiktoken/lite';
import type { CatalogueModel } from '../../contracts/catalogue.ts';

export interface TokenCounter {
  readonly method: 'own tokenizer' | 'estimated';
  readonly tokenizer: string;
  /** Share by which a count may be off, as docs/money.md tells how it was measured; 0 for the own tokenizer. */
  readonly error: number;
  count(text: string): number;
}

/**
 * How far another family's tokenizer may stand from `o200k_base`: an assumption, still to be measured.
 */
export const estimateError = 0.2;

/** A chat puts a few marks around each turn: OpenAI's cookbook counts three, Llama's and Qwen's templates four or five. */
export const tokensPerTurn = 4;

const encodings = {
  o200k_base: () => import('js-tiktoken/ranks/o200k_base'),
  cl100k_base: () => import('js-tiktoken/ranks/cl100k_base'),
} as const;
const loaded = new Map<keyof typeof encodings, Promise<Tiktoken>>();

async function load(name: keyof typeof encodings): Promise<Tiktoken> {
  const { Tiktoken: Encoder } = await import('js-tiktoken/lite');
  return new Encoder((await encodings[name]()).default);
}

/** The encoding that counts, loaded once: its ranks take two megabytes, which a command that counts nothing need not read. */
export async function tokenCounter(tokenizer: CatalogueModel['tokenizer']): Promise<TokenCounter> {
  const isOwn = tokenizer === 'o200k_base' || tokenizer === 'cl100k_base';
  const name = isOwn ? tokenizer : 'o200k_base';
  const encoding = await (loaded.get(name) ?? remember(name));
  return {
    method: isOwn ? 'own tokenizer' : 'estimated',
    tokenizer: name,
    error: isOwn ? 0 : estimateError,
    // Marks in a user's text are text.
    count: (text) => encoding.encode(text, [], []).length,
  };
}

function remember(name: keyof typeof encodings): Promise<Tiktoken> {
  const encoding = load(name);
  loaded.set(name, encoding);
  return encoding;
}

/** Tokens of a chat's turns. */
export const chatTokens = (counter: TokenCounter, turns: readonly { readonly content: string }[]): number =>
  turns.reduce((sum, turn) => sum + counter.count(turn.content) + tokensPerTurn, 0);

/** The most that a count may stand for. */
export const atMost = (counter: TokenCounter, tokens: number): number => Math.ceil(tokens * (1 + counter.error));
