/** Whether a part of the traffic gets worse, however the whole fares. */
import { rowScores } from '../evaluation/row-scores.ts';
import { meanScores } from '../evaluation/sums-bootstrap.ts';
import type { GateArm, GateInput, GateTarget, SliceEvidence, SlicesEvidence } from './gate-input.ts';
import { fewestRows } from './guards.ts';
import { holm } from './holm.ts';
import { pairedAccuracy } from './paired-accuracy.ts';
import { pairedSumsBootstrap } from './paired-bootstrap.ts';
import { normalQuantile } from '../evaluation/normal.ts';
import { detectableDifference } from './power.ts';
import { answersOf, type TestRow } from './test-rows.ts';

const power = 0.8;

/**
 * Every value of every named column with at least {@link fewestRows} test rows, candidate against the arm that would be served without it: the
 * champion, else the first target. `worse` where a loss larger than `equivalence` is shown: one-sided p, corrected by Holm over all slices of all
 * columns, at or below 1 − confidence. Smaller values are listed and not judged. Null without columns or targets.
 */
export function judgeSlices(input: GateInput, rows: readonly TestRow[], metric: string): SlicesEvidence | null {
  const target = input.targets.find(({ role }) => role === 'champion') ?? input.targets[0];
  if (!input.slices?.length || target === undefined || rows.length === 0) return null;
  const alpha = 1 - input.spec.confidence;
  const parts = input.slices.flatMap(({ column, values }) => partsOf(column, values, rows));
  const large = parts.filter(({ places }) => places.length >= fewestRows);
  const scores = [scoresOf(input, input.candidate, rows, metric), scoresOf(input, target, rows, metric)] as const;
  const measured = large.map((part) => measure(part, scores, rows, input, alpha / large.length));
  const corrected = holm(measured.map(({ oneSided }) => oneSided));
  return {
    against: target.name,
    fewestRows,
    alpha,
    judged: measured.map(({ oneSided: _, ...slice }, i): SliceEvidence => {
      const p = corrected[i] as number;
      const isWorse = p <= alpha && slice.difference.value < -input.spec.equivalence;
      return { ...slice, holm: p, verdict: isWorse ? 'worse' : 'no loss shown' };
    }),
    tooSmall: parts.filter(({ places }) => places.length < fewestRows).map(({ column, value, places }) => ({ column, value, n: places.length })),
  };
}

interface Part {
  readonly column: string;
  readonly value: string;
  readonly places: readonly number[];
}

/** Values in the order of their size, largest first. */
function partsOf(column: string, values: Readonly<Record<string, string>>, rows: readonly TestRow[]): Part[] {
  const places = new Map<string, number[]>();
  rows.forEach(({ id }, i) => {
    const value = values[id] ?? '';
    if (!places.get(value)?.push(i)) places.set(value, [i]);
  });
  return [...places].map(([value, at]) => ({ column, value, places: at })).toSorted((a, b) => b.places.length - a.places.length);
}

/** What each row earns: right or wrong where answers are, else the metric's own score; field F1 is judged by whole answers. */
function scoresOf({ taskType }: GateInput, arm: GateArm | GateTarget, rows: readonly TestRow[], metric: string): number[] {
  const { scores } = arm;
  if (taskType === 'generation' && scores !== undefined) return rows.map(({ id }) => scores[id] ?? 0);
  const byRow = taskType === 'classification' ? 'accuracy' : taskType === 'extraction' ? 'exact_match' : metric;
  const answers = answersOf(arm, rows);
  const earned = rowScores(
    byRow,
    rows.map(({ expected }, i) => ({ expected, answer: answers[i] ?? null })),
  );
  return [...(earned?.columns[0] ?? rows.map(() => 0))];
}

type Measured = Omit<SliceEvidence, 'holm' | 'verdict'> & { readonly oneSided: number };

function measure(part: Part, [own, other]: readonly [number[], number[]], rows: readonly TestRow[], input: GateInput, share: number): Measured {
  const { column, value, places } = part;
  const pick = (scores: readonly number[]) => places.map((i) => scores[i] as number);
  const [a, b] = [pick(own), pick(other)];
  const groups = places.map((i) => rows[i]?.group ?? null);
  const n = places.length;
  const { confidence } = input.spec;
  if ([...a, ...b].every((score) => score === 0 || score === 1)) {
    const paired = pairedAccuracy(a.map(Boolean), b.map(Boolean), confidence, groups);
    const { difference, low, high, p, gains, losses, designEffect } = paired;
    const detectable = detectableDifference(n / designEffect, (gains + losses) / n, 1 - 2 * share, power);
    return { column, value, n, gains, losses, difference: { value: difference, low, high, p }, detectable, oneSided: lower(difference, p) };
  }
  const resamples = input.resamples ?? 2000;
  const { difference, low, high, p, standardError } = pairedSumsBootstrap(meanScores(a), meanScores(b), groups, {
    confidence,
    seed: input.seed,
    resamples,
    randomizations: resamples,
  });
  const detectable = (normalQuantile(1 - share) + normalQuantile(power)) * standardError;
  return { column, value, n, gains: null, losses: null, difference: { value: difference, low, high, p }, detectable, oneSided: lower(difference, p) };
}

/** One-sided, of a loss; both tests are symmetric. */
const lower = (difference: number, p: number): number => (difference < 0 ? p / 2 : 1 - p / 2);
