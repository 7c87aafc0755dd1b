import { ChainedTable } from './chained-table.ts';
import { spread } from './shingles.ts';

/** From this many words the longer text of a pair is also compared by runs of words. */
export const longTextWords = 20;
/** A shorter text than this has too few runs of eight words to tell. */
const leastWords = 10;
/** A run of words in more texts than this is a greeting, a signature or a form letter, and no evidence. */
const boilerplate = 32;

export interface Overlap {
  readonly id: number;
  readonly share: number;
  readonly words: 8 | 13;
}

/**
 * Finds texts that copy long passages from each other, whatever else they say. A pair overlaps where at least half of the shorter text's 8-word runs,
 * or a third of its 13-word runs, stand in the other: the first sees a copy with words changed, the second one long quotation.
 * The run lengths are those of the contamination checks of PaLM (8) and GPT-3 (13).
 */
export class WordOverlapIndex {
  private readonly eight: RunIndex;
  private readonly thirteen: RunIndex;
  private words = new Uint32Array(1024);

  /** @param filter leaves out runs of which it knows that no text to be asked about has them, or that too many have */
  constructor(filter: RunFilter | null = null) {
    this.eight = new RunIndex(8, filter);
    this.thirteen = new RunIndex(13, filter);
  }

  add(id: number, text: string): void {
    const count = this.split(text);
    if (count < leastWords) return;
    this.eight.add(id, this.words, count);
    this.thirteen.add(id, this.words, count);
  }

  /** Lets the index learn from a text that will be asked about which runs everyone uses. Observe all texts before the first question. */
  observe(text: string): void {
    const count = this.split(text);
    this.eight.observe(this.words, count);
    this.thirteen.observe(this.words, count);
  }

  /** The text that was added with the greatest overlap, if it is one. */
  overlapping(text: string): Overlap | null {
    const count = this.split(text);
    if (count < leastWords) return null;
    return this.eight.greatest(this.words, count, 1 / 2) ?? this.thirteen.greatest(this.words, count, 1 / 3);
  }

  private split(text: string): number {
    if (this.words.length < text.length) this.words = new Uint32Array(text.length * 2);
    return hashWords(text, this.words);
  }
}

class RunIndex {
  private readonly length: 8 | 13;
  private readonly filter: RunFilter | null;
  private readonly runs = new ChainedTable(1024);
  private readonly ids: number[] = [];
  private readonly wordCounts: number[] = [];
  /** Texts in which a run was observed, by the run's first entry. */
  private readonly observed = new Map<number, number>();
  /** Runs shared with each text in the present question; zero between questions. */
  private shared = new Int32Array(1024);
  private readonly seen = new Seen();
  private hashes = new Uint32Array(1024);

  constructor(length: 8 | 13, filter: RunFilter | null) {
    this.length = length;
    this.filter = filter;
  }

  add(id: number, words: Uint32Array, count: number): void {
    const slot = this.ids.length;
    this.ids.push(id);
    this.wordCounts.push(count);
    this.seen.forget();
    const runs = this.hash(words, count);
    for (let i = 0; i < runs; i++) {
      const run = this.hashes[i] as number;
      if ((this.filter !== null && !this.filter.isEvidence(run)) || !this.seen.isNew(run)) continue;
      this.runs.add(run, slot);
    }
  }

  observe(words: Uint32Array, count: number): void {
    this.seen.forget();
    const runs = this.hash(words, count);
    for (let i = 0; i < runs; i++) {
      const entry = this.runs.first(this.hashes[i] as number);
      if (entry < 0 || !this.seen.isNew(entry)) continue;
      this.observed.set(entry, (this.observed.get(entry) ?? 0) + 1);
    }
  }

  greatest(words: Uint32Array, count: number, least: number): Overlap | null {
    if (this.shared.length < this.ids.length) this.shared = new Int32Array(this.ids.length * 2);
    this.seen.forget();
    const touched: number[] = [];
    const runs = this.hash(words, count);
    for (let i = 0; i < runs; i++) {
      const first = this.runs.first(this.hashes[i] as number);
      if (first < 0 || !this.seen.isNew(first)) continue;
      if (this.isBoilerplate(first)) continue;
      for (let entry = first; entry >= 0; entry = this.runs.next(entry)) {
        const slot = this.runs.valueOf(entry);
        if (this.shared[slot] === 0) touched.push(slot);
        this.shared[slot] = (this.shared[slot] as number) + 1;
      }
    }
    let best: Overlap | null = null;
    for (const slot of touched) {
      const hits = this.shared[slot] as number;
      this.shared[slot] = 0;
      const other = this.wordCounts[slot] as number;
      if (Math.max(count, other) < longTextWords) continue;
      const share = hits / (Math.min(count, other) - this.length + 1);
      if (share >= least && share > (best?.share ?? 0)) best = { id: this.ids[slot] as number, share: Math.min(1, share), words: this.length };
    }
    return best;
  }

  private hash(words: Uint32Array, count: number): number {
    if (this.hashes.length < count) this.hashes = new Uint32Array(count * 2);
    return hashRuns(words, count, this.length, this.hashes);
  }

  private isBoilerplate(first: number): boolean {
    if ((this.observed.get(first) ?? 0) > boilerplate) return true;
    let holders = 0;
    for (let entry = first; entry >= 0; entry = this.runs.next(entry)) if (++holders > boilerplate) return true;
    return false;
  }
}

/** Numbers that one text has shown; forgetting them costs nothing. */
class Seen {
  private numbers = new Int32Array(4096);
  private shownIn = new Int32Array(4096);
  private text = 0;
  private count = 0;

  forget(): void {
    this.text++;
    this.count = 0;
  }

  /** Whether it is shown for the first time since `forget`. */
  isNew(number: number): boolean {
    const mask = this.numbers.length - 1;
    let slot = number & mask;
    while (this.shownIn[slot] === this.text && this.numbers[slot] !== (number | 0)) slot = (slot + 1) & mask;
    if (this.shownIn[slot] === this.text) return false;
    if (++this.count * 2 > this.numbers.length) {
      this.grow();
      return this.isNew(number);
    }
    this.numbers[slot] = number;
    this.shownIn[slot] = this.text;
    return true;
  }

  private grow(): void {
    const shown = [...this.numbers].filter((_, slot) => this.shownIn[slot] === this.text);
    [this.numbers, this.shownIn] = [new Int32Array(this.numbers.length * 2), new Int32Array(this.numbers.length * 2)];
    this.forget();
    for (const number of shown) this.isNew(number);
  }
}

/**
 * Knows which runs of words stand both in texts that will be added and in texts that will be asked about, and how often in the latter: with it,
 * the index of a test set of a hundred thousand rows holds a few runs and not all. First `expect` all that will be added, then `observe` all questions.
 */
export class RunFilter {
  private readonly expected: Uint8Array;
  private readonly counts: Uint8Array;
  private readonly mask: number;
  private words = new Uint32Array(1024);
  private hashes = new Uint32Array(1024);

  /** @param runs about how many runs are expected in all: hashes fall together in one of sixteen */
  constructor(runs: number) {
    const slots = 2 ** Math.min(27, Math.max(16, Math.ceil(Math.log2(runs * 16))));
    this.expected = new Uint8Array(slots / 8);
    this.counts = new Uint8Array(slots / 8);
    this.mask = slots - 1;
  }

  expect(text: string): void {
    this.each(text, (run) => {
      const slot = run & this.mask;
      this.expected[slot >>> 3] = (this.expected[slot >>> 3] as number) | (1 << (slot & 7));
    });
  }

  observe(text: string): void {
    this.each(text, (run) => {
      const slot = run & this.mask;
      if (((this.expected[slot >>> 3] as number) & (1 << (slot & 7))) === 0) return;
      const count = slot >>> 3;
      if ((this.counts[count] as number) < 255) this.counts[count] = (this.counts[count] as number) + 1;
    });
  }

  /** Whether the run was observed, and not by so many that it is no evidence. */
  isEvidence(run: number): boolean {
    const count = this.counts[(run & this.mask) >>> 3] as number;
    return count > 0 && count <= boilerplate;
  }

  private each(text: string, take: (run: number) => void): void {
    if (this.words.length < text.length) [this.words, this.hashes] = [new Uint32Array(text.length * 2), new Uint32Array(text.length * 2)];
    const count = hashWords(text, this.words);
    if (count < leastWords) return;
    for (const length of [8, 13]) {
      const runs = hashRuns(this.words, count, length, this.hashes);
      for (let i = 0; i < runs; i++) take(this.hashes[i] as number);
    }
  }
}

const base = 0x01000193;

/**
 * Hashes of every run of `length` words, by a rolling polynomial.
 *
 * @returns how many were written
 */
function hashRuns(words: Uint32Array, count: number, length: number, out: Uint32Array): number {
  if (count < length) return 0;
  let leading = 1;
  for (let i = 0; i < length; i++) leading = Math.imul(leading, base);
  let h = 0;
  for (let i = 0; i < length; i++) h = (Math.imul(h, base) + (words[i] as number)) | 0;
  out[0] = spread(h ^ length);
  for (let i = length; i < count; i++) {
    h = (Math.imul(h, base) + (words[i] as number) - Math.imul(words[i - length] as number, leading)) | 0;
    out[i - length + 1] = spread(h ^ length);
  }
  return count - length + 1;
}

/** Hashes of the words of a text in order: letters and digits of any script; apostrophes, hyphens and other marks separate. Returns their number. */
export function hashWords(text: string, out: Uint32Array): number {
  let count = 0;
  let h = 0;
  let inside = false;
  for (let i = 0; i <= text.length; i++) {
    const c = i < text.length ? text.charCodeAt(i) : 32;
    const isWord =
      (c >= 97 && c <= 122) ||
      (c >= 48 && c <= 57) ||
      (c >= 65 && c <= 90) ||
      (c >= 0xc0 && !(c >= 0x2000 && c <= 0x2bff) && !(c >= 0x3000 && c <= 0x303f));
    if (isWord) {
      h = Math.imul(inside ? h ^ c : 0x811c9dc5 ^ c, 0x01000193);
      inside = true;
    } else if (inside) {
      out[count++] = spread(h);
      inside = false;
    }
  }
  return count;
}
