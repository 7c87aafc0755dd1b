import { hash } from 'node:crypto';
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
  /** The newest rows are the test set, those before them the validation set. */
  readonly byTime: boolean;
}

/** Rows that stay together, one group or the rows of one text, as their places in the list. Most stand alone. */
interface Unit {
  readonly first: number;
  rest: number[] | null;
  order: number;
}

/**
 * Splits rows by the hash of seed and text, so that the same row falls on the same side wherever it stands in its file, on every platform; or by time.
 * Groups stay whole. With `stratify` each label has its share on each side; the smallest labels keep their rows for training.
 */
export function splitRows(drafts: readonly Draft[], settings: SplitSettings): Record<Split, Draft[]> {
  const lists = strataOf(drafts, unitsOf(drafts, settings), settings.stratify && !settings.byTime);
  const sides: Split[] = new Array<Split>(drafts.length).fill('train');
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
      if (side === 'train') break;
      if (side === 'test') forTest -= sizeOf(unit);
      else forValidation -= sizeOf(unit);
      for (const place of placesOf(unit)) sides[place] = side;
    }
  });
  const of = (side: Split): Draft[] => drafts.filter((_, place) => sides[place] === side);
  return { train: of('train'), validation: of('validation'), test: of('test') };
}

const sizeOf = (unit: Unit): number => 1 + (unit.rest?.length ?? 0);
const placesOf = (unit: Unit): number[] => [unit.first, ...(unit.rest ?? [])];
const lastSize = (units: readonly Unit[]): number => (units.length === 0 ? 0 : sizeOf(units.at(-1) as Unit));

function unitsOf(drafts: readonly Draft[], { seed, byTime }: SplitSettings): Unit[] {
  const units = new Map<number, Unit>();
  for (const [place, draft] of drafts.entries()) {
    const name = draft.row.group === null ? `text:${draft.key}` : `group:${draft.row.group}`;
    // 48 bits: of a million rows two that have nothing in common share a unit once in five hundred times, and then they stand on the same side.
    const identity = Number.parseInt(hash('sha256', `${seed}\n${name}`, 'hex').slice(0, 12), 16);
    const order = byTime ? -(draft.time ?? Number.NEGATIVE_INFINITY) : identity;
    const unit = units.get(identity);
    if (unit === undefined) {
      units.set(identity, { first: place, rest: null, order });
      continue;
    }
    if (unit.rest === null) unit.rest = [place];
    else unit.rest.push(place);
    unit.order = Math.min(unit.order, order);
  }
  return [...units.values()].sort((a, b) => a.order - b.order || a.first - b.first);
}

/** Units by the commonest label of each, labels in code-unit order; one list where nothing is stratified. */
function strataOf(drafts: readonly Draft[], units: readonly Unit[], isStratified: boolean): Unit[][] {
  if (!isStratified) return [[...units]];
  const strata = new Map<string, Unit[]>();
  for (const unit of units) {
    const stratum = commonest(placesOf(unit).map((place) => drafts[place]?.row.output ?? ''));
    const list = strata.get(stratum);
    if (list === undefined) strata.set(stratum, [unit]);
    else list.push(unit);
  }
  return [...strata.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, list]) => list);
}

/**
 * Rows that each stratum gives: its share rounded down, the rest by the largest remainder, until the whole has its share.
 * A stratum never gives its last unit.
 */
function quotas(strata: readonly (readonly Unit[])[], share: number, taken: readonly number[]): number[] {
  const sizes = strata.map((units) => units.reduce((n, unit) => n + sizeOf(unit), 0));
  const most = strata.map((units, s) => Math.max(0, (sizes[s] ?? 0) - (taken[s] ?? 0) - lastSize(units)));
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
  if (values.length === 1) return values[0] ?? '';
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? '';
}
