/** Invisible characters that a copy may carry: soft hyphen, zero-width characters, direction marks, byte-order mark. */
const invisible = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;

const punctuation = /[^\p{L}\p{M}\p{N}\p{S}_]+/gu;
/** The same for plain ASCII, which needs no folding and is much faster to match. */
const asciiPunctuation = /[^a-z0-9_$+<=>^`|~]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant
const ascii = /^[\x00-\x7f]*$/;

/**
 * Text as rows are compared: two texts with the same key are exact duplicates. Unicode NFKC, lower case, and one space for white space and punctuation;
 * symbols such as `£` and `+` stay. A text of punctuation alone is its own key; one without a visible character has an empty key.
 */
export function comparisonKey(text: string): string {
  if (ascii.test(text)) {
    const lower = text.toLowerCase();
    return lower.replace(asciiPunctuation, ' ').trim() || lower.replace(/\s+/g, ' ').trim();
  }
  const folded = text.normalize('NFKC').replace(invisible, '').toLowerCase();
  const words = folded.replace(punctuation, ' ').trim();
  return words === '' ? folded.replace(/\s+/g, ' ').trim() : words;
}

/** Text as it is kept: NFC, line ends as `\n`, no white space around it. */
export function cleanText(text: string): string {
  return text.normalize('NFC').replace(/\r\n?/g, '\n').trim();
}
