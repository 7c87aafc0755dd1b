import { z } from 'zod';
import type { PrivateSpan } from './find.ts';

const ipv6 = z.ipv6();
const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const ipv4 = new RegExp(`(?<![\\w.])${octet}(?:\\.${octet}){3}(?!\\.?\\w)`, 'g');

/** IPv4 and IPv6 addresses. Version numbers, the loopback and the unspecified address name nobody. */
export function findAddresses(text: string): PrivateSpan[] {
  const found: PrivateSpan[] = [];
  for (const match of text.matchAll(ipv4)) {
    const before = text.slice(Math.max(0, match.index - 12), match.index);
    if (
      /(?:\bv|version|release|firmware|build|section|clause|chapter|paragraph|\u00a7)\s*$/i.test(before) ||
      /^(?:127\.|0\.0\.0\.0$|255\.255\.)/.test(match[0])
    )
      continue;
    found.push({ start: match.index, end: match.index + match[0].length, kind: 'ip', value: match[0] });
  }
  for (const match of text.matchAll(/(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi)) {
    if (match[0].length < 6 || !ipv6.safeParse(match[0]).success) continue;
    found.push({ start: match.index, end: match.index + match[0].length, kind: 'ip', value: match[0].toLowerCase() });
  }
  return found;
}
