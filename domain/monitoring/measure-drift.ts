import type { DriftFeature } from '../../contracts/monitoring.ts';
import { holm } from '../gate/holm.ts';
import { testDrift } from './test-drift.ts';

/** What is seen of one request, in the evaluation as in the traffic. */
export interface Observation {
  /** Null where the answer could not be parsed. */
  readonly answer: string | null;
  /** Characters of the input. */
  readonly length: number;
  /** Probability of the answer, 0 … 1; null where the serving path gives none. */
  readonly confidence: number | null;
}

export interface DriftSettings {
  /** From this index on, where chance does not explain it. */
  readonly psi: number;
  /** Of a classification; empty for free text, whose answers are only counted as parsed or not. */
  readonly labels: readonly string[];
  readonly seed: number;
}

/** Fewer requests than this say nothing. */
export const fewestRequests = 30;

const tenths = Array.from({ length: 9 }, (_, i) => (i + 1) / 10);

/**
 * Compares traffic with what the champion was evaluated on, feature by feature: its answers, the length of what it is asked, and how sure it is.
 * A feature has drifted where its index passes the threshold and chance explains it in fewer than one case of twenty, after Holm's correction over features.
 */
export function measureDrift(reference: readonly Observation[], current: readonly Observation[], settings: DriftSettings): DriftFeature[] {
  const tested = featuresOf(reference, current, settings.labels).map(({ name, cells, before, now }) => ({
    name,
    ...testDrift(before, now, cells, settings.seed),
  }));
  const corrected = holm(tested.map(({ p }) => p));
  return tested.map((feature, i) => {
    const p = corrected[i] as number;
    return { ...feature, p, isDrifted: feature.psi > settings.psi && p < 0.05 };
  });
}

interface Feature {
  readonly name: DriftFeature['name'];
  readonly cells: number;
  readonly before: number[];
  readonly now: number[];
}

function featuresOf(reference: readonly Observation[], current: readonly Observation[], labels: readonly string[]): Feature[] {
  const places = new Map(labels.map((label, i) => [label, i]));
  // Behind the labels: what could not be parsed, and for free text everything that could.
  const answerCell = ({ answer }: Observation) => (answer === null ? labels.length : (places.get(answer) ?? labels.length + 1));
  const found: Feature[] = [{ name: 'answers', cells: labels.length + 2, before: reference.map(answerCell), now: current.map(answerCell) }];
  const lengths = binned(
    'length',
    reference.map((o) => o.length),
    current.map((o) => o.length),
  );
  const sure = (side: readonly Observation[]) => side.flatMap((o) => (o.confidence === null ? [] : [o.confidence]));
  const [before, now] = [sure(reference), sure(current)];
  const isSure = before.length >= fewestRequests && now.length >= fewestRequests;
  return [...found, lengths, ...(isSure ? [binned('confidence', before, now)] : [])].map(withoutEmptyCells).filter(({ cells }) => cells > 1);
}

/** Cells of equal weight in the reference, as far as its values differ. */
function binned(name: Feature['name'], before: readonly number[], now: readonly number[]): Feature {
  const sorted = before.toSorted((a, b) => a - b);
  const edges = [...new Set(tenths.map((share) => sorted[Math.floor(share * sorted.length)] as number))];
  const cellOf = (value: number) => edges.filter((edge) => value >= edge).length;
  return { name, cells: edges.length + 1, before: before.map(cellOf), now: now.map(cellOf) };
}

/** A cell that neither side uses would count as half an observation on both. */
function withoutEmptyCells(feature: Feature): Feature {
  const used = [...new Set([...feature.before, ...feature.now])].sort((a, b) => a - b);
  const place = new Map(used.map((cell, i) => [cell, i]));
  const move = (cells: readonly number[]) => cells.map((cell) => place.get(cell) as number);
  return { ...feature, cells: used.length, before: move(feature.before), now: move(feature.now) };
}
