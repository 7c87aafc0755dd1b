import { createHash } from 'node:crypto';
import type { Split } from '../../contracts/rows.ts';
import type { Draft } from './draft.ts';

export interface Shares {
  readonly validation: number;
  readonly test: number;
}
export interface SplitSettings {
  readonly shares: Shares;
  readonly seed: number;
  readonly stratify: boolean;
}

/** Rows that stay together: one group, or the rows of one text. */
interface Unit {
  readonly drafts: Draft[];
  readonly order: string;
  readonly stratum: string;
}

/**
 * Splits rows by the hash of seed and text, so that the same row falls on the same side wherever it stands in its file, on every platform.
 * Groups stay whole. With `stratify` each label has its share on each side; the smallest labels keep their rows for training.
 */
export function splitRows(drafts: readonly Draft[], settings: SplitSettings): Record<Split, Draft[]> {
  const units = unitsOf(drafts, settings);
  const strata = new Map<string, Unit[]>();
  for (const unit of units) {
    const stratum = settings.stratify ? unit.stratum : '';
    const list = strata.get(stratum);
    if (list === undefined) strata.set(stratum, [unit]);
    else list.push(unit);
  }
  const sides = new Map<Draft, Split>();
  const lists = [...strata.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, list]) => list);
  const test = quotas(
    lists,
    settings.shares.test,
    lists.map(() => 0),
  );
  const validation = quotas(lists, settings.shares.validation, test);
  lists.forEach((list, s) => {
    let [forTest, forValidation] = [test[s] ?? 0, validation[s] ?? 0];
    for (const unit of list) {
      const side: Split = forTest > 0 ? 'test' : forValidation > 0 ? 'validation' : 'train';
      if (side === 'test') forTest -= unit.drafts.length;
      if (side === 'validation') forValidation -= unit.drafts.length;
      for (const draft of unit.drafts) sides.set(draft, side);
    }
  });
  const of = (side: Split): Draft[] => drafts.filter((draft) => sides.get(draft) === side);
  return { train: of('train'), validation: of('validation'), test: of('test') };
}

function unitsOf(drafts: readonly Draft[], settings: SplitSettings): Unit[] {
  const together = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const name = draft.row.group === null ? `text:${draft.key}` : `group:${draft.row.group}`;
    const list = together.get(name);
    if (list === undefined) together.set(name, [draft]);
    else list.push(draft);
  }
  return [...together]
    .map(([name, members]) => ({
      drafts: members,
      order: createHash('sha256').update(`${settings.seed}\n${name}`).digest('hex'),
      stratum: commonest(members.map((draft) => draft.row.output)),
    }))
    .sort((a, b) => (a.order < b.order ? -1 : 1));
}

/**
 * Rows that each stratum gives: its share rounded down, the rest by the largest remainder, until the whole has its share.
 * A stratum never gives its last unit.
 */
function quotas(strata: readonly (readonly Unit[])[], share: number, taken: readonly number[]): number[] {
  const sizes = strata.map((units) => units.reduce((n, unit) => n + unit.drafts.length, 0));
  const most = strata.map((units, s) => Math.max(0, (sizes[s] ?? 0) - (taken[s] ?? 0) - (units.at(-1)?.drafts.length ?? 0)));
  const exact = sizes.map((size) => size * share);
  const given = exact.map((rows, s) => Math.min(Math.floor(rows + 1e-9), most[s] ?? 0));
  let missing = Math.round(sizes.reduce((n, size) => n + size, 0) * share) - given.reduce((n, rows) => n + rows, 0);
  if (share > 0 && given.every((rows) => rows === 0)) missing = Math.max(missing, 1);
  const byRemainder = exact.map((rows, s) => ({ s, remainder: rows - Math.floor(rows) })).sort((a, b) => b.remainder - a.remainder || a.s - b.s);
  for (const { s } of byRemainder) {
    if (missing <= 0) break;
    if ((given[s] ?? 0) >= (most[s] ?? 0)) continue;
    given[s] = (given[s] ?? 0) + 1;
    missing--;
  }
  return given;
}

function commonest(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? '';
}
