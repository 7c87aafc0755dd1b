import { getCountrySpecifications, isValidIBAN } from 'ibantools';
import type { PrivateSpan } from './find.ts';

const lengths = new Map(Object.entries(getCountrySpecifications()).map(([country, { chars }]) => [country, chars ?? 0]));

/** IBANs by country, length and check digits (ISO 13616), written in one piece or in groups. */
export function findIbans(text: string): PrivateSpan[] {
  const found: PrivateSpan[] = [];
  for (const match of text.matchAll(/(?<![\p{L}\p{N}])[A-Za-z]{2}[ -]?\d{2}/gu)) {
    const length = lengths.get(match[0].slice(0, 2).toUpperCase()) ?? 0;
    let value = '';
    let end = match.index;
    for (; end < text.length && value.length < length; end++) {
      const c = text[end] ?? '';
      if (/[A-Za-z0-9]/.test(c)) value += c.toUpperCase();
      else if (!/[ .\u00a0-]/.test(c)) break;
    }
    if (length > 0 && value.length === length && !/[A-Za-z0-9]/.test(text[end] ?? '') && isValidIBAN(value))
      found.push({ start: match.index, end, kind: 'iban', value });
  }
  return found;
}
