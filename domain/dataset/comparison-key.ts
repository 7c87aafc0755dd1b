/** Invisible characters that a copy may carry: soft hyphen, zero-width characters, direction marks, byte-order mark. */
const invisible = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;

const punctuation = /[^\p{L}\p{M}\p{N}\p{S}_]+/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant
const ascii = /^[\x00-\x7f]*$/;
const space = 0x20;
/** What each ASCII character becomes: letters lower case, digits and symbols themselves, all else a space. */
const foldedAscii = Uint8Array.from({ length: 128 }, (_, code) =>
  /[a-z0-9_$+<=>^`|~]/i.test(String.fromCharCode(code)) ? String.fromCharCode(code).toLowerCase().charCodeAt(0) : space,
);
let folding = Buffer.alloc(4096);

/**
 * Text as rows are compared: two texts with the same key are exact duplicates. Unicode NFKC, lower case, and one space for white space and punctuation;
 * symbols such as `£` and `+` stay. A text of punctuation alone is its own key; one without a visible character has an empty key.
 */
export function comparisonKey(text: string): string {
  if (ascii.test(text)) return foldAscii(text) || text.toLowerCase().replace(/\s+/g, ' ').trim();
  const folded = text.normalize('NFKC').replace(invisible, '').toLowerCase();
  const words = folded.replace(punctuation, ' ').trim();
  return words === '' ? folded.replace(/\s+/g, ' ').trim() : words;
}

/** The same for plain ASCII, which needs no folding of Unicode: one pass, since a million rows go through here several times. */
function foldAscii(text: string): string {
  if (folding.length < text.length) folding = Buffer.alloc(text.length * 2);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = foldedAscii[text.charCodeAt(i)] as number;
    if (code !== space) folding[length++] = code;
    else if (length > 0 && folding[length - 1] !== space) folding[length++] = space;
  }
  return folding.toString('latin1', 0, folding[length - 1] === space ? length - 1 : length);
}

/** Text as it is kept: NFC, line ends as `\n`, no white space around it. */
export function cleanText(text: string): string {
  return text.normalize('NFC').replace(/\r\n?/g, '\n').trim();
}
