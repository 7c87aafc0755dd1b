import type { Row } from '../../contracts/rows.ts';
import type { Drop } from './read-candidate.ts';

/** How many times its fair share one class or one document may have of the new rows, and what it may always have. */
const mostShares = 2;
const always = 3;

/**
 * Keeps the new rows diverse: rows beyond twice the fair share of their class or of their document are dropped, the later ones first. With `perLabel` a class has
 * that many at most.
 */
export function overQuota(rows: readonly Row[], isLabelled: boolean, perLabel: number | undefined): (Drop | null)[] {
  const verdicts: (Drop | null)[] = rows.map(() => null);
  const limit = (what: string, keyOf: (row: Row) => string | null, fixed: number | undefined): void => {
    const standing = rows.filter((row, i) => verdicts[i] === null && keyOf(row) !== null);
    const kinds = new Set(standing.map(keyOf)).size;
    if (kinds < 2 && fixed === undefined) return;
    const most = fixed ?? Math.max(always, Math.ceil((mostShares * standing.length) / kinds));
    const counts = new Map<string, number>();
    rows.forEach((row, i) => {
      const key = keyOf(row);
      if (key === null || verdicts[i] !== null) return;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count > most) verdicts[i] = { filter: 'quota', why: `${what} '${key}' has ${most} new rows already` };
    });
  };
  if (isLabelled) limit('the label', (row) => row.output, perLabel);
  limit('the document', (row) => row.origin?.document ?? null, undefined);
  return verdicts;
}
