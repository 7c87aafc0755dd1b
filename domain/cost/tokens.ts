/** How many tokens a conversation has: exactly where the base's own tokenizer is at hand, else estimated with a stated error. */
import type { Tiktoken } from 'js-tiktoken/lite';
import type { Tokenizer } from '../../contracts/catalogue.ts';

export interface Turn {
  readonly role: string;
  readonly content: string;
}
export type Conversation = readonly Turn[];

export interface TokenCounter {
  readonly method: 'own tokenizer' | 'estimated';
  readonly tokenizer: string;
  /** Share by which a count may be off, as docs/money.md tells how it was measured; 0 for the own tokenizer. */
  readonly error: number;
  /** Tokens of each, the marks around its turns included; cut at `maxLength` as training cuts them, where one is given. */
  conversations(list: readonly Conversation[], maxLength?: number): Promise<readonly number[]>;
  texts(list: readonly string[]): Promise<readonly number[]>;
}

/** Counts by the tokenizer of a model that the trainer can reach. Rejects where it cannot. */
export type CountByTrainer = (
  model: string,
  request: { readonly conversations?: readonly Conversation[]; readonly texts?: readonly string[]; readonly maxLength?: number | undefined },
) => Promise<readonly number[]>;

/**
 * By how much another family's tokenizer counts more than `o200k_base` at most: measured as 1 to 4 per cent on English texts, and as 25 per cent on JSON
 * full of digits, which Qwen and Mistral count one by one (docs/money.md).
 */
export const estimateError = 0.3;

/** Marks around each turn, its role among them, and around a conversation: OpenAI's cookbook, "How to count tokens with tiktoken" (2024-11). */
const tokensPerTurn = 4;
const tokensPerConversation = 3;

const encodings = {
  o200k_base: () => import('js-tiktoken/ranks/o200k_base'),
  cl100k_base: () => import('js-tiktoken/ranks/cl100k_base'),
} as const;
type EncodingName = keyof typeof encodings;
const loaded = new Map<EncodingName, Promise<Tiktoken>>();

/** Loaded once: its ranks take two megabytes, which a command that counts nothing need not read. */
function encodingOf(name: EncodingName): Promise<Tiktoken> {
  const load = async () => {
    const { Tiktoken: Encoder } = await import('js-tiktoken/lite');
    return new Encoder((await encodings[name]()).default);
  };
  const encoding = loaded.get(name) ?? load();
  loaded.set(name, encoding);
  return encoding;
}

/**
 * The counter for a base. Where its own tokenizer cannot be reached just now, an estimate stands for it.
 * @example const counter = await tokenCounter('hf:Qwen/Qwen2.5-7B-Instruct', { base, count }); await counter.texts(['hello'])
 */
export async function tokenCounter(tokenizer: Tokenizer | null, own?: { base: string; count: CountByTrainer }): Promise<TokenCounter> {
  if (tokenizer === 'o200k_base' || tokenizer === 'cl100k_base') return byEncoding(tokenizer, true);
  const model = tokenizer === 'trainer' ? own?.base : tokenizer?.slice('hf:'.length);
  const isThere = own && model !== undefined && (await own.count(model, { texts: ['x'] }).catch(() => null));
  return isThere ? byTrainer(model, own.count) : byEncoding('o200k_base', false);
}

const itemsAtOnce = 500;

function byTrainer(model: string, count: CountByTrainer): TokenCounter {
  const inPieces = async <T>(list: readonly T[], ask: (piece: readonly T[]) => Promise<readonly number[]>) => {
    const counts: number[] = [];
    for (let i = 0; i < list.length; i += itemsAtOnce) counts.push(...(await ask(list.slice(i, i + itemsAtOnce))));
    return counts;
  };
  return {
    method: 'own tokenizer',
    tokenizer: model,
    error: 0,
    conversations: (list, maxLength) => inPieces(list, (conversations) => count(model, { conversations, maxLength })),
    texts: (list) => inPieces(list, (texts) => count(model, { texts })),
  };
}

async function byEncoding(name: EncodingName, isOwn: boolean): Promise<TokenCounter> {
  const encoding = await encodingOf(name);
  // Marks in a user's text are text.
  const textTokens = (text: string) => encoding.encode(text, [], []).length;
  return {
    method: isOwn ? 'own tokenizer' : 'estimated',
    tokenizer: name,
    error: isOwn ? 0 : estimateError,
    conversations: async (list, maxLength = Number.POSITIVE_INFINITY) =>
      list.map((turns) => Math.min(maxLength, sum(turns.map((turn) => textTokens(turn.content) + tokensPerTurn)) + tokensPerConversation)),
    texts: async (list) => list.map(textTokens),
  };
}

export const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

/** The most that a count may stand for. */
export const atMost = (counter: TokenCounter, tokens: number): number => Math.ceil(tokens * (1 + counter.error));
