/**
 * The cases that `generate.py` asks other people's programs about, drawn anew: the same seeds give the same cases there and here, number by number
 * (`draws.py`), so that `golden/` need hold their answers only. Every draw is an exact operation on doubles, in the same order in both files.
 */
import words from './words.json' with { type: 'json' };

export interface Draw {
  /** Uniform in [0, 1), in steps of 2⁻³². */
  readonly unit: () => number;
  /** Uniform from `low` to `high`, both included. */
  readonly int: (low: number, high: number) => number;
  readonly pick: <T>(from: readonly T[]) => T;
}

/** mulberry32, seeded by FNV-1a of a name. */
export function drawFor(name: string): Draw {
  let state = 0x811c9dc5;
  for (const letter of name) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193);
  const unit = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (low: number, high: number) => low + Math.floor(unit() * (high - low + 1));
  return { unit, int, pick: (from) => from[int(0, from.length - 1)] as (typeof from)[number] };
}

const list = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

function weighted({ unit }: Draw, weights: readonly number[]): number {
  const total = weights.reduce((a, b) => a + b, 0);
  let left = unit() * total;
  for (const [i, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return i;
  }
  return weights.length - 1;
}

/** Labels may be missing from either side; −1 is an answer that could not be parsed. */
export function classificationCase(i: number): { labels: number; expected: number[]; answer: number[] } {
  const draw = drawFor(`classification-${i}`);
  const labels = draw.pick([2, 2, 3, 5, 12, 30]);
  const n = draw.int(1, 120);
  const skew = list(labels, () => {
    const r = draw.unit();
    return r * r * r + 0.01;
  });
  const expected = list(n, () => weighted(draw, skew));
  const right = draw.unit();
  const isBroken = draw.unit() < 0.5;
  const isPerfect = draw.unit() < 0.1;
  const answer = expected.map((e) => {
    const said = draw.unit() < right ? e : draw.int(0, labels - 1);
    const broken = draw.unit() < 0.1;
    return isPerfect ? e : isBroken && broken ? -1 : said;
  });
  return { labels, expected, answer };
}

export interface StatisticsCase {
  readonly wilson: { readonly hits: number; readonly n: number; readonly confidence: number };
  readonly mcnemar: { readonly gains: number; readonly losses: number };
  readonly probability: number;
  readonly degrees: number;
  readonly ps: readonly number[];
  readonly grades: readonly (readonly [person: number, judge: number])[];
}

export function statisticsCase(i: number): StatisticsCase {
  const draw = drawFor(`statistics-${i}`);
  const n = draw.pick([1, 5, 20, 200, 5000]);
  const hits = draw.int(0, n);
  const confidence = draw.pick([0.8, 0.9, 0.95, 0.975, 0.99]);
  const gains = draw.int(0, draw.pick([3, 30, 800]));
  const losses = draw.int(0, draw.pick([3, 30, 800]));
  const probability = (draw.unit() + 0.001) / 1.002;
  const degrees = draw.int(1, 40);
  const ps = list(draw.int(1, 20), () => draw.unit() * draw.unit());
  const agrees = draw.unit();
  const grades = list(draw.int(2, 60), () => {
    const person = draw.int(1, 5);
    const other = draw.int(1, 5);
    return [person, draw.unit() < agrees ? person : other] as const;
  });
  return { wilson: { hits, n, confidence }, mcnemar: { gains, losses }, probability, degrees, ps, grades };
}

/** Log-probabilities per row and label, not normalised. */
export function calibrationCase(i: number): { labels: number; expected: number[]; scores: number[][]; top: number } {
  const draw = drawFor(`calibration-${i}`);
  const labels = draw.pick([3, 4, 6, 12]);
  const skill = draw.unit() * 6;
  const expected: number[] = [];
  const scores = list(draw.int(2, 80), () => {
    const e = draw.int(0, labels - 1);
    expected.push(e);
    return list(labels, (k) => -8 * draw.unit() + (k === e ? skill : 0));
  });
  return { labels, expected, scores, top: draw.int(1, labels - 1) };
}

/** Sets of labels, expected and said. */
export function multiLabelCase(i: number): { labels: number; expected: number[][]; answer: number[][] } {
  const draw = drawFor(`multi-label-${i}`);
  const labels = draw.pick([2, 4, 9]);
  const right = draw.unit();
  const sets = list(draw.int(1, 60), () => list(labels, () => [draw.unit() < 0.35, draw.unit() < right, draw.unit() < 0.3] as const));
  const chosen = (holds: (cell: readonly [boolean, boolean, boolean]) => boolean) =>
    sets.map((set) => set.flatMap((cell, k) => (holds(cell) ? [k] : [])));
  return { labels, expected: chosen(([e]) => e), answer: chosen(([e, keeps, other]) => (keeps ? e : other)) };
}

/** How sure an arm is of its label, and whether the message is one of its kind at all; some scores are tied. */
export function outOfScopeCase(i: number): { inScope: boolean[]; confidence: number[] } {
  const draw = drawFor(`out-of-scope-${i}`);
  const skill = draw.unit() * 0.6;
  const inScope = [true, false, ...list(draw.int(0, 100), () => draw.unit() < 0.7)];
  return { inScope, confidence: inScope.map((inside) => Math.floor((0.4 * draw.unit() + (inside ? skill : 0)) * 50) / 50) };
}

/** An observed statistic, its resamples and its leave-one-out values. */
export function bootstrapCase(i: number): { sample: number[]; resamples: number[][]; confidence: number } {
  const draw = drawFor(`bootstrap-${i}`);
  // Whole 64ths, whose sums are exact, so that ties are ties in both languages.
  const sample = list(draw.int(5, 40), () => Math.floor(draw.unit() * draw.unit() * 640) / 64);
  const resamples = list(199, () => list(sample.length, () => draw.int(0, sample.length - 1)));
  return { sample, resamples, confidence: draw.pick([0.8, 0.95]) };
}

function word(draw: Draw): string {
  const kind = draw.unit();
  if (kind < 0.25) return draw.pick(words.plain);
  const stem = draw.pick(words.stems);
  const suffix = draw.pick(words.suffixes);
  return kind < 0.8 ? stem + suffix : stem;
}

function text(draw: Draw, longest: number): string {
  return list(draw.int(0, longest), () => word(draw) + draw.pick(words.separators))
    .join('')
    .trim();
}

/** An answer that shares much with the reference, as real answers do. */
function edited(draw: Draw, source: string): string {
  const out: string[] = [];
  for (const part of source.split(' ')) {
    const r = draw.unit();
    const [other, more, isMore] = [word(draw), word(draw), draw.unit() < 0.08];
    if (r < 0.12) continue;
    out.push(r < 0.25 ? other : part);
    if (isMore) out.push(more);
  }
  return out.join(' ');
}

export function textCase(i: number): { reference: string; answer: string; other: string } {
  const draw = drawFor(`texts-${i}`);
  const reference = text(draw, 25);
  const isNear = draw.unit() < 0.85;
  const answer = isNear ? edited(draw, reference) : text(draw, 25);
  return { reference, answer, other: text(draw, 10) };
}

/** Places of texts, one or two references each. */
export function corpusCase(i: number, cases: number): { rows: number[]; references: number } {
  const draw = drawFor(`corpora-${i}`);
  return { rows: list(draw.int(1, 8), () => draw.int(0, cases - 1)), references: draw.unit() < 0.3 ? 2 : 1 };
}

/** Flat records, expected and said, as JSON. */
export function fieldsCase(i: number): [expected: string, answer: string][] {
  const draw = drawFor(`fields-${i}`);
  const keys = ['name', 'date', 'total', 'currency', 'item'];
  const values = ['x', 'y', 3, 4.5, true];
  return list(draw.int(1, 10), (row) => {
    const expected: Record<string, unknown> = row === 0 ? { id: 1 } : {};
    const answer: Record<string, unknown> = row === 0 ? { id: 1 } : {};
    for (const key of keys) {
      const [isAsked, value, isSaid, isRight] = [draw.unit() < 0.8, draw.pick(values), draw.unit() < 0.9, draw.unit() < 0.7];
      if (isAsked) expected[key] = value;
      if (isAsked && isSaid) answer[key] = isRight ? value : 'z';
    }
    if (draw.unit() < 0.2) answer.extra = 1;
    return [JSON.stringify(expected), JSON.stringify(answer)];
  });
}
