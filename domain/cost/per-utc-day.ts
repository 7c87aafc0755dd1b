import type { IsoDate } from '../../contracts/catalogue.ts';

const dayMs = 86_400_000;

/**
 * The UTC days between two moments with the milliseconds of each, oldest first.
 * @example perUtcDay(new Date('2026-11-22T23:00Z'), new Date('2026-11-23T01:00Z')) // [{ day: '2026-11-22', ms: 3600000 }, { day: '2026-11-23', ms: 3600000 }]
 */
export function perUtcDay(from: Date, to: Date): readonly { readonly day: IsoDate; readonly ms: number }[] {
  const days: { day: IsoDate; ms: number }[] = [];
  for (let at = from.getTime(); at < to.getTime(); ) {
    const next = Math.min(to.getTime(), (Math.floor(at / dayMs) + 1) * dayMs);
    days.push({ day: new Date(at).toISOString().slice(0, 10), ms: next - at });
    at = next;
  }
  return days;
}
