import type { Row } from '../../contracts/rows.ts';
import { sha256 } from '../hash.ts';

/** A share of the rows, at least one, in their order: those that a hash of their text puts first, so that a smaller share lies within a larger one. */
export function shareOf(rows: readonly Row[], share: number): readonly Row[] {
  if (share >= 1) return rows;
  const wanted = Math.max(1, Math.round(rows.length * share));
  const first = rows
    .map(({ id, input }) => ({ id, hash: sha256(`${input}\n${id}`) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
    .slice(0, wanted);
  const kept = new Set(first.map(({ id }) => id));
  return rows.filter(({ id }) => kept.has(id));
}
