/** Characters in a shingle. */
export const shingleLength = 5;

/**
 * Hashes of every run of five UTF-16 units of a text, by a rolling polynomial (Karp and Rabin 1987) and a finaliser that spreads its bits.
 * A shorter text is one shingle. Repeated shingles are repeated in the output.
 *
 * @param out receives the hashes; at least `max(1, text.length - 4)` long
 * @returns how many were written; 0 for an empty text
 */
export function hashShingles(text: string, out: Uint32Array): number {
  const n = text.length;
  if (n === 0) return 0;
  let h = 0;
  const first = Math.min(n, shingleLength);
  for (let i = 0; i < first; i++) h = (Math.imul(h, base) + text.charCodeAt(i)) | 0;
  out[0] = spread(h);
  let count = 1;
  for (let i = shingleLength; i < n; i++) {
    h = (Math.imul(h - Math.imul(text.charCodeAt(i - shingleLength), leading), base) + text.charCodeAt(i)) | 0;
    out[count++] = spread(h);
  }
  return count;
}

const base = 0x01000193;
/** `base` to the power of four, modulo 2³². */
const leading = Math.imul(Math.imul(base, base), Math.imul(base, base));

/** The finaliser of MurmurHash3: each input bit moves every output bit. */
export function spread(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
