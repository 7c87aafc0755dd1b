import { findPrivateData } from './find.ts';
import type { PrivateKind } from './find.ts';
import type { FindNames } from './name.ts';

export type { PrivateKind } from './find.ts';

export interface Redaction {
  readonly texts: readonly string[];
  readonly kinds: readonly PrivateKind[];
}

const names: Readonly<Record<PrivateKind, string>> = {
  email: 'an e-mail address',
  phone: 'a phone number',
  iban: 'a bank account',
  card: 'a card number',
  ip: 'an IP address',
  key: 'a key or token',
  id: 'a national id',
  name: 'a name of the list',
};

/**
 * Finds private data in the texts of one row. With `replace`, each value becomes a placeholder such as `[EMAIL_1]`;
 * the same value keeps its placeholder in all texts of the row.
 */
export function redactText(texts: readonly string[], replace: boolean, findNames?: FindNames): Redaction {
  const numbers = new Map<string, number>();
  const perKind = new Map<PrivateKind, number>();
  const kinds = new Set<PrivateKind>();
  const redacted = texts.map((text) => {
    const found = findPrivateData(text, findNames);
    if (found.length === 0) return text;
    let result = '';
    let from = 0;
    for (const { start, end, kind, value } of found) {
      kinds.add(kind);
      const identity = `${kind}:${value}`;
      let number = numbers.get(identity);
      if (number === undefined) {
        number = (perKind.get(kind) ?? 0) + 1;
        perKind.set(kind, number);
        numbers.set(identity, number);
      }
      result += `${text.slice(from, start)}[${kind.toUpperCase()}_${number}]`;
      from = end;
    }
    return result + text.slice(from);
  });
  return { texts: replace ? redacted : texts, kinds: [...kinds] };
}

/** @example showKinds(['email', 'phone']) // 'an e-mail address and a phone number' */
export function showKinds(kinds: readonly PrivateKind[]): string {
  return kinds.map((kind) => names[kind]).join(' and ');
}
