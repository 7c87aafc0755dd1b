/** Whether an arm sees that a message is none of its business. */
import type { Estimate } from '../../contracts/run.ts';
import { wilsonInterval } from './wilson.ts';

export interface ScopeRow {
  /** The message is one of those that the labels are for. */
  readonly isInside: boolean;
  /** The arm answered with one of those labels. */
  readonly saysInside: boolean;
  /** How sure it is that the message is inside, whatever the scale; null where its serving path gives no scores. */
  readonly confidence: number | null;
}

export interface OutOfScope {
  /** Of the messages that are outside, those that it saw to be. */
  readonly recall: Estimate;
  /** Of the messages that it called outside, those that are. */
  readonly precision: Estimate;
  /** Chance that a message from inside gets more confidence than one from outside; null without scores, or where one side is missing. */
  readonly auroc: number | null;
  /** Share of outside messages let in by a threshold that lets 95 % of the inside ones in; null likewise. */
  readonly falseAcceptAt95: number | null;
}

/** Null where no message lies outside. */
export function outOfScope(rows: readonly ScopeRow[]): OutOfScope | null {
  const outside = rows.filter((row) => !row.isInside);
  if (outside.length === 0) return null;
  const called = rows.filter((row) => !row.saysInside);
  const seen = outside.filter((row) => !row.saysInside).length;
  const scored = rows.flatMap(({ isInside, confidence }) => (confidence === null ? [] : [{ isInside, confidence }]));
  const isScored = scored.length === rows.length && outside.length < rows.length;
  return {
    recall: wilsonInterval(seen, outside.length),
    precision: wilsonInterval(seen, called.length),
    auroc: isScored ? auroc(scored) : null,
    falseAcceptAt95: isScored ? falseAcceptAt(scored, 0.95) : null,
  };
}

type Scored = { readonly isInside: boolean; readonly confidence: number };

/** The area under the ROC curve as the Mann–Whitney statistic: ties count half. Equal to scikit-learn's `roc_auc_score`. */
export function auroc(rows: readonly Scored[]): number {
  const sorted = rows.toSorted((a, b) => a.confidence - b.confidence);
  const inside = rows.filter((row) => row.isInside).length;
  let ranks = 0;
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (end < sorted.length && sorted[end]?.confidence === sorted[i]?.confidence) end += 1;
    const rank = (i + 1 + end) / 2;
    for (; i < end; i += 1) if (sorted[i]?.isInside) ranks += rank;
  }
  return (ranks - (inside * (inside + 1)) / 2) / (inside * (rows.length - inside));
}

/** The smallest share of outside messages at or above a threshold that at least `share` of the inside ones reach. */
export function falseAcceptAt(rows: readonly Scored[], share: number): number {
  const inside = rows
    .filter((row) => row.isInside)
    .map((row) => row.confidence)
    .sort((a, b) => b - a);
  const threshold = inside[Math.ceil(share * inside.length - 1e-9) - 1] ?? Number.NEGATIVE_INFINITY;
  const outside = rows.filter((row) => !row.isInside);
  return outside.filter((row) => row.confidence >= threshold).length / outside.length;
}
