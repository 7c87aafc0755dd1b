import type { Estimate, GateVerdict } from '../../contracts/run.ts';
import { fewestRows } from './guards.ts';
import { pairedAccuracy } from './paired-accuracy.ts';
import { rowsNeeded } from './power.ts';
import { percent, points } from './wording.ts';

/** Whether challenger and champion answer each row rightly, in the same order. */
export interface PairedRights {
  readonly challenger: readonly boolean[];
  readonly champion: readonly boolean[];
  readonly groups?: readonly (string | null)[];
}

export interface RetrainingInput {
  /** Labelled rows younger than the champion's dataset. */
  readonly fresh: PairedRights;
  /** The frozen test set that the champion was gated on. */
  readonly frozen: PairedRights;
  /** One-sided, from the alpha ledger. */
  readonly alpha: number;
  readonly minimumGain: number;
  readonly equivalence: number;
  /** How much may be lost on the frozen set. */
  readonly margin: number;
}

export interface RetrainingResult {
  readonly decision: GateVerdict;
  readonly fresh: Estimate | null;
  readonly frozen: Estimate | null;
  /** Fresh labelled rows in all. */
  readonly rowsNeeded: number | null;
  readonly reasons: readonly string[];
}

/**
 * A retrained model must be better where the world is now and no worse where it was: superior to the champion on fresh labelled rows, and not inferior
 * by `margin` or more on the frozen set. Both must be shown, each at the one-sided `alpha`, so that no further correction is due.
 * `reject` where superiority is ruled out or the loss exceeds the margin; `inconclusive` otherwise, naming the fresh rows that it takes, 30 at least.
 */
export function decideRetraining({ fresh, frozen, alpha, minimumGain, equivalence, margin }: RetrainingInput): RetrainingResult {
  const n = fresh.challenger.length;
  const level = 1 - 2 * alpha;
  if (n < fewestRows || frozen.challenger.length < fewestRows) {
    const reason =
      n < fewestRows
        ? `There are ${n} labelled rows fresher than the champion's dataset; it takes ${fewestRows} to begin with.`
        : `The frozen test set has ${frozen.challenger.length} rows; fewer than ${fewestRows} prove nothing.`;
    return { decision: 'inconclusive', fresh: null, frozen: null, rowsNeeded: n < fewestRows ? fewestRows : null, reasons: [reason] };
  }
  const gain = pairedAccuracy(fresh.challenger, fresh.champion, level, fresh.groups);
  const kept = pairedAccuracy(frozen.challenger, frozen.champion, level, frozen.groups);
  const isBetter = gain.low > minimumGain;
  const isKept = kept.low > -margin;
  const isRuledOut = gain.high <= minimumGain + equivalence || kept.high < -margin;
  const needed = rowsNeeded({ difference: gain.difference, discordance: (gain.gains + gain.losses) / n }, level, 0.8, minimumGain, equivalence);
  const decision: GateVerdict = isRuledOut ? 'reject' : isBetter && isKept ? 'promote' : 'inconclusive';
  const rows = decision === 'inconclusive' && !isBetter && needed !== null ? Math.ceil(needed * gain.designEffect) : null;
  const say = (estimate: typeof gain) =>
    `${points(estimate.difference)} points (${percent(level)} interval ${points(estimate.low)} to ${points(estimate.high)})`;
  const reasons = [
    `On ${n} fresh rows the retrained model stands at ${say(gain)} against the champion; ${isBetter ? 'that is proof of a gain' : 'that is not proof of a gain'}.`,
    `On the frozen test set it stands at ${say(kept)}; ${isKept ? 'no more is lost than' : 'it is not shown that no more is lost than'} ${percent(margin)}.`,
    ...(rows === null ? [] : [`${rows} fresh labelled rows could tell.`]),
  ];
  const estimate = ({ difference, low, high }: typeof gain): Estimate => ({ value: difference, low, high });
  return { decision, fresh: estimate(gain), frozen: estimate(kept), rowsNeeded: rows, reasons };
}
