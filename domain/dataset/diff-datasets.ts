import type { Row, Side, Split } from '../../contracts/rows.ts';
import { sha256 } from '../hash.ts';

export type Sides = Readonly<Record<Split, readonly Row[]> & { fresh?: readonly Row[] }>;

/** A row that only one version has, that changed its side, or whose output changed. */
export interface RowChange {
  readonly kind: 'added' | 'removed' | 'moved' | 'relabelled';
  readonly row: string;
  readonly from: Side | null;
  readonly to: Side | null;
  readonly input: string;
  readonly before: string | null;
  readonly after: string | null;
}
export interface DatasetDiff {
  readonly same: number;
  readonly added: number;
  readonly removed: number;
  readonly moved: number;
  readonly relabelled: number;
  /** Whether both versions are tested on the same rows. */
  readonly sameTest: boolean;
  readonly changes: readonly RowChange[];
}

interface Seat {
  readonly row: Row;
  readonly side: Side;
}

/** What changed between two versions of a dataset. Rows are the same where their input is; where a row stands in its file does not matter. */
export function diffDatasets(before: Sides, after: Sides): DatasetDiff {
  const [old, now] = [seatsOf(before), seatsOf(after)];
  const changes: RowChange[] = [];
  let same = 0;
  for (const [key, seats] of now) {
    const earlier = old.get(key) ?? [];
    seats.forEach((seat, i) => {
      const was = earlier[i];
      const change = changeOf(was ?? null, seat);
      if (change === null) same++;
      else changes.push(change);
    });
  }
  for (const [key, seats] of old) {
    for (const seat of seats.slice(now.get(key)?.length ?? 0)) changes.push(describe('removed', seat, null));
  }
  const count = (kind: RowChange['kind']) => changes.filter((change) => change.kind === kind).length;
  return {
    same,
    added: count('added'),
    removed: count('removed'),
    moved: count('moved'),
    relabelled: count('relabelled'),
    sameTest: contentOf(before.test) === contentOf(after.test),
    changes,
  };
}

function changeOf(was: Seat | null, is: Seat): RowChange | null {
  if (was === null) return describe('added', null, is);
  if (was.row.output !== is.row.output) return describe('relabelled', was, is);
  return was.side === is.side ? null : describe('moved', was, is);
}

function describe(kind: RowChange['kind'], was: Seat | null, is: Seat | null): RowChange {
  const { row } = (is ?? was) as Seat;
  return {
    kind,
    row: row.id,
    from: was?.side ?? null,
    to: is?.side ?? null,
    input: row.input,
    before: was?.row.output ?? null,
    after: is?.row.output ?? null,
  };
}

function seatsOf(sides: Sides): Map<string, Seat[]> {
  const seats = new Map<string, Seat[]>();
  for (const side of ['train', 'validation', 'test', 'fresh'] as const) {
    for (const row of sides[side] ?? []) {
      const key = sha256(row.input);
      const list = seats.get(key);
      if (list === undefined) seats.set(key, [{ row, side }]);
      else list.push({ row, side });
    }
  }
  return seats;
}

const contentOf = (rows: readonly Row[]): string =>
  rows
    .map((row) => sha256(`${row.input}\n${row.output}`))
    .sort()
    .join();
