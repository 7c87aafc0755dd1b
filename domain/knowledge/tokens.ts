/**
 * About how many tokens a subword model makes of a text: a token for each six letters of a word, for each digit and for each mark. Within about a tenth of
 * SmolLM2's and MiniLM's counts on English prose, which is all that cutting passages needs.
 */
export function approximateTokens(text: string): number {
  let tokens = 0;
  for (const [part] of text.matchAll(/[\p{L}\p{M}]+|[^\s\p{L}\p{M}]/gu)) tokens += /^\p{L}/u.test(part) ? Math.ceil(part.length / 6) : 1;
  return tokens;
}
