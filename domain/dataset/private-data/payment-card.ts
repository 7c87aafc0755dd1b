import type { PrivateSpan } from './find.ts';

/** Number ranges of the card networks (ISO/IEC 7812 issuer identification numbers) with their lengths. */
const networks = [
  /^4\d{12}(?:\d{3}){0,2}$/,
  /^(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}$/,
  /^3[47]\d{13}$/,
  /^(?:6011|65\d{2}|64[4-9]\d)\d{12}$/,
  /^35(?:2[89]|[3-8]\d)\d{12}$/,
  /^3(?:0[0-5]|[68]\d)\d{11}$/,
  /^62\d{14,17}$/,
  /^(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{8,15}$/,
];

/** Card numbers by network and check digit, written in one piece or in groups. */
export function findCards(text: string): PrivateSpan[] {
  const found: PrivateSpan[] = [];
  for (const match of text.matchAll(/(?<![\p{L}\p{N}])\d(?:[ .\u00a0-]?\d){12,18}/gu)) {
    const run = match[0];
    for (let length = run.length; length >= 13; length--) {
      if (length < run.length && /\d/.test(run[length] ?? '') && /\d/.test(run[length - 1] ?? '')) continue;
      const value = run.slice(0, length).replace(/\D/g, '');
      if (!networks.some((network) => network.test(value)) || !passesLuhn(value)) continue;
      if (/[\p{L}\p{N}]/u.test(text[match.index + length] ?? '')) continue;
      found.push({ start: match.index, end: match.index + run.slice(0, length).trimEnd().length, kind: 'card', value });
      break;
    }
  }
  return found;
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}
