import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { CountryCode } from 'libphonenumber-js';
import type { PrivateSpan } from './find.ts';

const candidate = /(?<![\p{L}\p{N}#/_.,:-])(?:\+|\(?\+?)?\d(?:[ \u00a0()./-]{0,3}\d){6,14}(?![\p{L}\p{N}_])/gu;
const namesPhone =
  /(?:\b(?:phone|phones?no|tel|telephone|telefon|t\u00e9l\u00e9phone|tel\u00e9fono|telefono|mobile|mob|cell|handy|m\u00f3vil|portable|call|called|calls|calling|ring|rang|ringing|text|sms|whatsapp|signal|reach|reached|contact|fax|hotline|dial|voicemail)\b|\bmy (?:new |old |other )?number\b|\u260e|\u{1f4de})/giu;
const namesOther =
  /\b(?:order|orders|invoice|ref|reference|tracking|parcel|consignment|shipment|ticket|case|serial|account|customer|booking|article|item|product|policy|contract|vat|code|pin|sku|isbn|ean|imei|vin|frame|po|rma|id|iban|bic|barcode|transaction|amount|total|km|eur|usd|gbp)\b|[#\u2116\u20ac$\u00a3]/giu;
/** Countries whose national writing is tried, in order. */
const countries: readonly CountryCode[] = [
  'GB',
  'US',
  'DE',
  'FR',
  'NL',
  'ES',
  'IT',
  'AT',
  'CH',
  'BE',
  'IE',
  'PL',
  'PT',
  'SE',
  'DK',
  'NO',
  'FI',
  'AU',
  'IN',
  'BR',
];
const northAmerican = /^(?:1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]?[2-9]\d{2}[ .-]\d{4}$/;
const date = /^(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4})(?:[ T]\d.*)?$/;

/**
 * Phone numbers. With a country code the number must be possible; without one it must be valid in some country and either look written as a phone number
 * or be called one, so that order and invoice numbers stay.
 */
export function findPhones(text: string): PrivateSpan[] {
  const found: PrivateSpan[] = [];
  for (const match of text.matchAll(candidate)) {
    const open = match[0].startsWith('(') && !match[0].includes(')');
    const written = (open ? match[0].slice(1) : match[0]).trimEnd();
    const start = match.index + (open ? 1 : 0);
    const value = international(written) ?? national(written, text.slice(Math.max(0, start - 48), start));
    if (value !== null) found.push({ start, end: start + written.length, kind: 'phone', value });
  }
  return found;
}

function international(written: string): string | null {
  const plus = /^\(?\+/.test(written) ? written : /^00[1-9]/.test(written) ? `+${written.slice(2)}` : null;
  if (plus === null) return null;
  const number = parsePhoneNumberFromString(plus.replace('(0)', ''));
  return number?.isPossible() === true ? number.number : null;
}

function national(written: string, before: string): string | null {
  if (date.test(written)) return null;
  const isNamed = lastIndex(before, namesPhone) > lastIndex(before, namesOther);
  const isOther = !isNamed && (lastIndex(before, namesOther) >= 0 || /\b[A-Z]{2,4}[- ]$/.test(before));
  const digits = written.replace(/\D/g, '');
  const looks = northAmerican.test(written) || (/^\(?0\d/.test(written) && digits.length >= 9 && /[ ./()-]/.test(written));
  if (isOther || !(isNamed || looks)) return null;
  const order: readonly CountryCode[] = northAmerican.test(written) ? ['US', ...countries] : countries;
  for (const country of order) {
    const number = parsePhoneNumberFromString(written, country);
    if (number?.isValid() === true) return number.number;
  }
  return isNamed && northAmerican.test(written) ? `+1${digits.slice(-10)}` : null;
}

function lastIndex(text: string, pattern: RegExp): number {
  let last = -1;
  for (const match of text.matchAll(pattern)) last = match.index;
  return last;
}
