import type { PrivateSpan } from './find.ts';

const plain = /[\p{L}\p{N}](?:[\p{L}\p{N}._%+'-]{0,63})@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.)+\p{L}{2,24}/gu;
const spelled =
  /[\p{L}\p{N}](?:[\p{L}\p{N}._%+-]{0,63})\s?(?:\(at\)|\[at\])\s?[\p{L}\p{N}-]+(?:\s?(?:\.|\(dot\)|\[dot\])\s?[\p{L}\p{N}-]+)*\s?(?:\.|\(dot\)|\[dot\])\s?\p{L}{2,24}/giu;

/** E-mail addresses, also with `(at)` and `(dot)` spelled out. */
export function findEmails(text: string): PrivateSpan[] {
  const found: PrivateSpan[] = [];
  if (text.includes('@')) for (const match of text.matchAll(plain)) found.push(span(match));
  if ((text.includes('(') || text.includes('[')) && /[([]at[)\]]/i.test(text)) for (const match of text.matchAll(spelled)) found.push(span(match));
  return found;
}

function span(match: RegExpExecArray): PrivateSpan {
  const value = match[0]
    .toLowerCase()
    .replace(/\s?[([]at[)\]]\s?/g, '@')
    .replace(/\s?[([]dot[)\]]\s?/g, '.');
  return { start: match.index, end: match.index + match[0].length, kind: 'email', value };
}
