import { type Conversation, sum, type TokenCounter } from './tokens.ts';

/** The conversations of a chat file in JSON lines. */
export const conversationsOf = (file: Uint8Array): Conversation[] =>
  new TextDecoder()
    .decode(file)
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { messages: Conversation }).messages]));

/** Tokens of a chat file read once: what one epoch trains on where the provider counts the whole conversation, as all of them bill it. */
export const countTrainingFile = async (counter: TokenCounter, file: Uint8Array, maxLength?: number): Promise<number> =>
  sum(await counter.conversations(conversationsOf(file), maxLength));
