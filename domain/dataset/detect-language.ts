/** Says in which language a text is written (ISO 639-1); null where it cannot tell. */
export type DetectLanguage = (text: string) => string | null;

/** Shorter texts could be of many languages. */
const leastCharacters = 40;

/** Loads the detector (ELD, n-grams of sixty languages), which takes a megabyte that most commands need not read. */
export async function languageDetector(): Promise<DetectLanguage> {
  const { eld } = await import('eld/extrasmall');
  return (text) => {
    if (text.length < leastCharacters) return null;
    const result = eld.detect(text.slice(0, 1000));
    return result.isReliable() ? result.language || null : null;
  };
}
