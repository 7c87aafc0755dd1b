/** Term saturation and length normalisation, as Lucene sets them. */
const k1 = 1.2;
const b = 0.75;

export interface Bm25 {
  /** Texts that share a term with the query, best first; ties by position. */
  search(query: string, count: number): { readonly ordinal: number; readonly score: number }[];
}

/**
 * Okapi BM25 (Robertson and Zaragoza 2009) over a fixed list of texts:
 *
 *     Σ_t idf(t) · tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / mean length)),   idf(t) = ln(1 + (N − n_t + ½) / (n_t + ½))
 *
 * Terms are words in lower case without their plural endings.
 */
export function openBm25(texts: readonly string[]): Bm25 {
  const postings = new Map<string, { ordinal: number; tf: number }[]>();
  const lengths = texts.map((text, ordinal) => {
    const terms = termsOf(text);
    const counts = new Map<string, number>();
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    for (const [term, tf] of counts) {
      const list = postings.get(term);
      if (list) list.push({ ordinal, tf });
      else postings.set(term, [{ ordinal, tf }]);
    }
    return terms.length;
  });
  const meanLength = lengths.reduce((sum, n) => sum + n, 0) / Math.max(1, lengths.length);

  return {
    search: (query, count) => {
      const scores = new Map<number, number>();
      for (const term of new Set(termsOf(query))) {
        const list = postings.get(term) ?? [];
        const idf = Math.log(1 + (texts.length - list.length + 0.5) / (list.length + 0.5));
        for (const { ordinal, tf } of list) {
          const norm = k1 * (1 - b + (b * (lengths[ordinal] ?? 0)) / meanLength);
          scores.set(ordinal, (scores.get(ordinal) ?? 0) + (idf * tf * (k1 + 1)) / (tf + norm));
        }
      }
      return [...scores]
        .map(([ordinal, score]) => ({ ordinal, score }))
        .sort((x, y) => y.score - x.score || x.ordinal - y.ordinal)
        .slice(0, count);
    },
  };
}

export function termsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  ).map(singular);
}

/** The S-stemmer (Harman 1991): plural endings only. */
function singular(word: string): string {
  if (word.length > 4 && /[^ae]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (word.length > 3 && /[^aeo]es$/.test(word)) return word.slice(0, -1);
  if (word.length > 3 && /[^us]s$/.test(word)) return word.slice(0, -1);
  return word;
}
