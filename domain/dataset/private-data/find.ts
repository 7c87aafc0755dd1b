import { findAddresses } from './network-address.ts';
import { findCards } from './payment-card.ts';
import { findEmails } from './email.ts';
import { findIbans } from './iban.ts';
import type { FindNames } from './name.ts';
import { findNationalIds } from './national-id.ts';
import { findPhones } from './phone.ts';
import { findSecrets } from './secret.ts';

export type PrivateKind = 'email' | 'phone' | 'iban' | 'card' | 'ip' | 'key' | 'id' | 'name';
/** `value` is the canonical form, by which two ways to write the same thing are known as the same. */
export interface PrivateSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: PrivateKind;
  readonly value: string;
}

interface Finder {
  readonly find: (text: string) => PrivateSpan[];
  /** Whether a text of this make could hold anything that `find` finds: most texts hold nothing, and the patterns are dear. */
  readonly isWorthwhile: (make: Make) => boolean;
}

/** In order of how sure each kind is: where two overlap, the earlier one counts. */
const finders: readonly Finder[] = [
  { find: findSecrets, isWorthwhile: ({ longestWord, digits }) => longestWord >= 14 || digits > 0 },
  { find: findEmails, isWorthwhile: () => true },
  { find: findIbans, isWorthwhile: ({ digitsTogether, longestWord }) => digitsTogether >= 6 || longestWord >= 14 },
  { find: findCards, isWorthwhile: ({ digitsTogether }) => digitsTogether >= 13 },
  { find: findNationalIds, isWorthwhile: ({ digitsTogether, longestWord }) => digitsTogether >= 6 || longestWord >= 14 },
  { find: findAddresses, isWorthwhile: ({ digits, dots, colons }) => (digits > 3 && dots > 2) || colons > 1 },
  { find: findPhones, isWorthwhile: ({ digitsTogether }) => digitsTogether >= 7 },
];

const nobody: FindNames = () => [];

/** Private data in a text, in order, without overlaps. @param findNames finds the names that the pipeline file lists */
export function findPrivateData(text: string, findNames: FindNames = nobody): PrivateSpan[] {
  const spans = findMarked(text);
  for (const span of findNames(text)) if (!spans.some((other) => span.start < other.end && other.start < span.end)) spans.push(span);
  return spans.sort((a, b) => a.start - b.start);
}

/** What gives itself away by its form. */
function findMarked(text: string): PrivateSpan[] {
  if (!/[@\d]/.test(text) && !text.includes('PRIVATE KEY') && !/\(at\)|\[at\]/i.test(text)) return [];
  const spans: PrivateSpan[] = [];
  const make = makeOf(text);
  for (const { find, isWorthwhile } of finders) {
    if (!isWorthwhile(make)) continue;
    for (const span of find(text)) {
      if (!spans.some((other) => span.start < other.end && other.start < span.end)) spans.push(span);
    }
  }
  return spans;
}

interface Make {
  readonly digits: number;
  /** The most digits with nothing but short runs of separators between them. */
  readonly digitsTogether: number;
  readonly dots: number;
  readonly colons: number;
  /** Characters between white space. */
  readonly longestWord: number;
}

const mostBetween = 5;

/** One pass over a text. */
function makeOf(text: string): Make {
  let [digits, together, digitsTogether, between, dots, colons, word, longestWord] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 0x30 && c <= 0x39) {
      digits++;
      between = 0;
      if (++together > digitsTogether) digitsTogether = together;
    } else if ((c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || ++between > mostBetween) together = 0;
    if (c === 0x2e) dots++;
    else if (c === 0x3a) colons++;
    if (c > 0x20 && c !== 0xa0) {
      if (++word > longestWord) longestWord = word;
    } else word = 0;
  }
  return { digits, digitsTogether, dots, colons, longestWord };
}
