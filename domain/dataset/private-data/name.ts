import type { PrivateSpan } from './find.ts';

/** Finds the names of a list in a text. */
export type FindNames = (text: string) => PrivateSpan[];

/**
 * A finder for the names that a pipeline file lists: whole words, in any case, with an apostrophe or a hyphen inside. The longest name counts where several
 * begin at one place, so that `Ada Lovelace` is one person and `Ada` the same one only where she is listed so.
 */
export function nameFinder(names: readonly string[]): FindNames {
  const known = new Map<string, Set<string>>();
  for (const name of names) {
    const words = wordsOf(name).map(({ word }) => word);
    const [first] = words;
    if (first === undefined) continue;
    known.set(first, (known.get(first) ?? new Set()).add(words.join(' ')));
  }
  return (text) => {
    const words = wordsOf(text);
    const found: PrivateSpan[] = [];
    for (let i = 0; i < words.length; i++) {
      const listed = known.get(words[i]?.word ?? '');
      if (listed === undefined) continue;
      const [longest] = [...listed].filter((name) => isAt(words, i, name)).sort((a, b) => b.length - a.length);
      if (longest === undefined) continue;
      const last = i + longest.split(' ').length - 1;
      found.push({ start: words[i]?.start ?? 0, end: words[last]?.end ?? 0, kind: 'name', value: longest });
      i = last;
    }
    return found;
  };
}

interface Word {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

const isAt = (words: readonly Word[], at: number, name: string): boolean => name.split(' ').every((part, k) => words[at + k]?.word === part);

/** A name in the genitive is the name. */
const wordsOf = (text: string): Word[] =>
  [...text.matchAll(/[\p{L}\p{M}]+(?:['\u2019-][\p{L}\p{M}]+)*/gu)].map((match) => {
    const written = match[0].replace(/['\u2019]s$/i, '');
    return { word: written.normalize('NFC').toLowerCase(), start: match.index, end: match.index + written.length };
  });
