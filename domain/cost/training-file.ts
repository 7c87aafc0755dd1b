import { chatTokens, type TokenCounter } from './tokens.ts';

interface ChatLine {
  readonly messages: readonly { readonly content: string }[];
}

/** Tokens of a chat training file, read once: what one epoch trains on where the provider counts the whole conversation, as all of them bill it. */
export function countTrainingFile(counter: TokenCounter, file: Uint8Array): number {
  let tokens = 0;
  for (const line of new TextDecoder().decode(file).split('\n'))
    if (line !== '') tokens += chatTokens(counter, (JSON.parse(line) as ChatLine).messages);
  return tokens;
}
