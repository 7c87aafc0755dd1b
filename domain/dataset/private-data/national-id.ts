import { stdnum } from 'stdnum';
import type { PrivateSpan } from './find.ts';

interface IdRule {
  readonly shape: RegExp;
  readonly isValid: (value: string) => boolean /** Words of which one must stand shortly before, where the digits alone say too little. */;
  readonly named?: RegExp;
}

const check =
  (validator: { validate(value: string): { isValid: boolean } } | undefined) =>
  (value: string): boolean =>
    validator?.validate(value).isValid ?? false;

const rules: readonly IdRule[] = [
  { shape: /(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])/g, isValid: check(stdnum.US?.ssn) },
  { shape: /(?<![\w-])\d{3}[ ]?\d{2}[ ]?\d{4}(?![\w-])/g, isValid: check(stdnum.US?.ssn), named: /\b(?:ssn|social security)\b/i },
  { shape: /\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b/gi, isValid: check(stdnum.GB?.nino) },
  { shape: /\b\d{8}[ -]?[A-HJ-NP-TV-Z]\b/gi, isValid: check(stdnum.ES?.dni) },
  { shape: /\b[XYZ][ -]?\d{7}[ -]?[A-HJ-NP-TV-Z]\b/gi, isValid: check(stdnum.ES?.nie) },
  { shape: /\b[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]\b/gi, isValid: check(stdnum.IT?.codicefiscale) },
  { shape: /(?<!\w)[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?!\w)/gi, isValid: check(stdnum.FR?.nir) },
  { shape: /(?<!\w)\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}(?!\w)/g, isValid: check(stdnum.BE?.nn) },
  { shape: /(?<!\w)756\.\d{4}\.\d{4}\.\d{2}(?!\w)/g, isValid: check(stdnum.CH?.ssn) },
  { shape: /(?<!\w)(?:19|20)?\d{6}[-+]\d{4}(?!\w)/g, isValid: check(stdnum.SE?.personnummer) },
  { shape: /(?<!\w)\d{6}[-+A]\d{3}[0-9A-FHJ-NPR-Y](?!\w)/gi, isValid: check(stdnum.FI?.hetu) },
  { shape: /(?<!\w)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\w)/g, isValid: check(stdnum.BR?.cpf) },
  { shape: /(?<!\w)\d(?:[ .]?\d){8}(?!\w)/g, isValid: check(stdnum.NL?.bsn), named: /\b(?:bsn|burgerservicenummer|sofi)/i },
  { shape: /(?<!\w)\d{2} ?\d{3} ?\d{3} ?\d{3}(?!\w)/g, isValid: check(stdnum.DE?.idnr), named: /\b(?:steuer|idnr|id-nr|tax)/i },
  { shape: /(?<!\w)\d{11}(?!\w)/g, isValid: check(stdnum.PL?.pesel), named: /\bpesel\b/i },
  { shape: /(?<!\w)\d{4} ?\d{4} ?\d{4}(?!\w)/g, isValid: check(stdnum.IN?.aadhaar), named: /\baadhaar\b/i },
];

/** National identity numbers whose form or check digit tells them from other numbers; some only count behind their name. */
export function findNationalIds(text: string): PrivateSpan[] {
  const found: PrivateSpan[] = [];
  for (const { shape, isValid, named } of rules) {
    if (named !== undefined && !named.test(text)) continue;
    for (const match of text.matchAll(shape)) {
      if (named !== undefined && !named.test(text.slice(Math.max(0, match.index - 40), match.index))) continue;
      if (!isValid(match[0])) continue;
      found.push({ start: match.index, end: match.index + match[0].length, kind: 'id', value: match[0].replace(/[^A-Za-z0-9]/g, '').toUpperCase() });
    }
  }
  return found;
}
