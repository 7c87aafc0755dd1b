import { findAddresses } from './network-address.ts';
import { findCards } from './payment-card.ts';
import { findEmails } from './email.ts';
import { findIbans } from './iban.ts';
import { findNationalIds } from './national-id.ts';
import { findPhones } from './phone.ts';
import { findSecrets } from './secret.ts';

export type PrivateKind = 'email' | 'phone' | 'iban' | 'card' | 'ip' | 'key' | 'id';
/** `value` is the canonical form, by which two ways to write the same thing are known as the same. */
export interface PrivateSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: PrivateKind;
  readonly value: string;
}

/** In order of how sure each kind is: where two overlap, the earlier one counts. */
const finders = [findSecrets, findEmails, findIbans, findCards, findNationalIds, findAddresses, findPhones] as const;

/** Private data in a text, in order, without overlaps. */
export function findPrivateData(text: string): PrivateSpan[] {
  if (!/[@\d]/.test(text) && !text.includes('PRIVATE KEY') && !/\(at\)|\[at\]/i.test(text)) return [];
  const spans: PrivateSpan[] = [];
  for (const find of finders) {
    for (const span of find(text)) {
      if (!spans.some((other) => span.start < other.end && other.start < span.end)) spans.push(span);
    }
  }
  return spans.sort((a, b) => a.start - b.start);
}
