/** Invisible characters that a copy may carry: soft hyphen, zero-width characters, direction marks, byte-order mark. */
const invisible = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;

/** Text as rows are compared: two texts with the same key are exact duplicates. Unicode NFKC, lower case, single spaces. */
export function comparisonKey(text: string): string {
  return text.normalize('NFKC').replace(invisible, '').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** Text as it is kept: NFC, line ends as `\n`, no white space around it. */
export function cleanText(text: string): string {
  return text.normalize('NFC').replace(/\r\n?/g, '\n').trim();
}
