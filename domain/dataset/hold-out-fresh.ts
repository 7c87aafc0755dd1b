import { createHash } from 'node:crypto';
import { fewestRows } from '../gate/guards.ts';
import type { Draft } from './draft.ts';

/** What the champion's dataset holds, as comparison keys of inputs. */
export interface ChampionRows {
  /** Every row, on whichever side it stood. */
  readonly known: ReadonlySet<string>;
  /** Those that were held out as fresh when the champion was judged, and so never trained it. */
  readonly heldOut: ReadonlySet<string>;
}

export interface HeldOut {
  readonly rest: Draft[];
  /** Neither trained nor validated on. */
  readonly fresh: Draft[];
}

/**
 * Holds rows out that the champion's dataset does not have, so that a retrained model and the champion can be compared on rows that neither has seen:
 * `share` of them, at least 30 with the new rows of the test set. Groups stay whole, a group that the champion knows stays in training, and no label
 * loses its last row. Where there are too few to judge by, the champion's own held-out rows stay held out too: then training is what it was, and
 * nothing is paid for a run that cannot decide.
 *
 * @param share of the new rows, 0 … 1
 */
export function holdOutFresh(
  drafts: readonly Draft[],
  test: readonly Draft[],
  champion: ChampionRows,
  { share, seed, isLabelled }: { share: number; seed: number; isLabelled: boolean },
): HeldOut {
  const isNew = ({ key }: Draft): boolean => !champion.known.has(key);
  const units = newUnits(drafts, isNew, seed);
  const additions = test.filter(isNew).length;
  const wanted = Math.max(fewestRows, Math.round(units.reduce((n, unit) => n + unit.length, 0) * share)) - additions;
  const left = countsOf(isLabelled ? drafts : []);
  const fresh = new Set<Draft>();
  for (const unit of units) {
    if (fresh.size >= wanted) break;
    const taken = countsOf(isLabelled ? unit : []);
    if ([...taken].some(([label, rows]) => rows >= (left.get(label) ?? 0))) continue;
    for (const [label, rows] of taken) left.set(label, (left.get(label) ?? 0) - rows);
    for (const draft of unit) fresh.add(draft);
  }
  const isEnough = fresh.size + additions >= fewestRows;
  const isHeld = (draft: Draft) => fresh.has(draft) || (!isEnough && champion.heldOut.has(draft.key));
  return { rest: drafts.filter((draft) => !isHeld(draft)), fresh: drafts.filter(isHeld) };
}

/** Rows of one text, or of one group, all of them new; in an order that only seed and text decide. */
function newUnits(drafts: readonly Draft[], isNew: (draft: Draft) => boolean, seed: number): Draft[][] {
  const together = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const name = draft.row.group === null ? `text:${draft.key}` : `group:${draft.row.group}`;
    const list = together.get(name);
    if (list === undefined) together.set(name, [draft]);
    else list.push(draft);
  }
  return [...together]
    .filter(([, unit]) => unit.every(isNew))
    .map(([name, unit]) => ({ unit, order: createHash('sha256').update(`${seed}\n${name}`).digest('hex') }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ unit }) => unit);
}

function countsOf(drafts: readonly Draft[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { row } of drafts) counts.set(row.output, (counts.get(row.output) ?? 0) + 1);
  return counts;
}
