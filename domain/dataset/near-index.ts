import { ChainedTable } from './chained-table.ts';
import { bandingFor, hashBands, minhash, signatureLength } from './minhash.ts';
import type { Banding } from './minhash.ts';
import { hashShingles } from './shingles.ts';

/** `id` as it was given to `add`; `similarity` is the exact Jaccard similarity of the two texts' shingles. */
export interface Near {
  readonly id: number;
  readonly similarity: number;
}

/** Candidates that are checked for one text, nearest bands first; more means that thousands of rows share their boilerplate. */
const maxCandidates = 512;

/**
 * Finds near-duplicates: texts whose sets of 5-character shingles have a Jaccard similarity of at least the threshold.
 * MinHash bands propose candidates and exact similarity decides, so that what it finds is always right
 * and a pair at the threshold is missed about once in a thousand.
 *
 * @example const index = new NearIndex(0.8, 1000); index.add(0, 'where is my new card'); index.nearest('where is my new card?')
 */
export class NearIndex {
  private readonly banding: Banding;
  private readonly buckets: ChainedTable;
  private readonly texts: string[] = [];
  private readonly ids: number[] = [];
  /** Distinct shingles of each text. */
  private sizes: Int32Array;
  private readonly threshold: number;
  private readonly signature = new Uint32Array(signatureLength);
  private readonly bandHashes: Uint32Array;
  private hashes = new Uint32Array(4096);
  private otherHashes = new Uint32Array(4096);
  private readonly own = new HashSet();
  private seenBy: Int32Array;
  private query = 0;
  private hashedText: string | null = null;
  private hashCount = 0;

  constructor(threshold: number, expectedRows: number) {
    this.threshold = threshold;
    this.banding = bandingFor(threshold);
    this.bandHashes = new Uint32Array(this.banding.bands);
    this.buckets = new ChainedTable(Math.max(64, expectedRows) * this.banding.bands);
    this.sizes = new Int32Array(Math.max(64, expectedRows));
    this.seenBy = new Int32Array(this.sizes.length);
  }

  /** Makes a text findable. `text` is compared as it is: normalise it before. */
  add(id: number, text: string): void {
    this.hash(text);
    if (this.hashCount === 0) return;
    const slot = this.texts.length;
    if (slot === this.sizes.length) {
      this.sizes = lengthened(this.sizes);
      this.seenBy = lengthened(this.seenBy);
    }
    this.texts.push(text);
    this.ids.push(id);
    this.sizes[slot] = this.own.size;
    for (const hash of this.bandHashes) this.buckets.add(hash, slot);
  }

  /** The most similar text that was added, if it is near; of equally similar ones the first that was added. */
  nearest(text: string): Near | null {
    this.hash(text);
    if (this.hashCount === 0) return null;
    const candidates = this.candidates();
    if (candidates.length === 0) return null;
    const size = this.own.size;
    let best = -1;
    let similarity = this.threshold;
    for (const slot of candidates) {
      const other = this.sizes[slot] as number;
      if (Math.min(size, other) < similarity * Math.max(size, other)) continue;
      const shared = this.sharedWith(this.texts[slot] as string);
      const jaccard = shared / (size + other - shared);
      if (jaccard > similarity || (jaccard === similarity && (best < 0 || slot < best))) [best, similarity] = [slot, jaccard];
    }
    return best < 0 ? null : { id: this.ids[best] as number, similarity };
  }

  private hash(text: string): void {
    if (text === this.hashedText) return;
    this.hashedText = text;
    if (this.hashes.length < text.length) this.hashes = new Uint32Array(text.length * 2);
    this.hashCount = hashShingles(text, this.hashes);
    this.own.fill(this.hashes, this.hashCount);
    minhash(this.hashes, this.hashCount, this.signature);
    hashBands(this.signature, this.banding, this.bandHashes);
  }

  private candidates(): number[] {
    const query = ++this.query;
    const found: number[] = [];
    for (const hash of this.bandHashes) {
      for (let entry = this.buckets.first(hash); entry >= 0; entry = this.buckets.next(entry)) {
        const slot = this.buckets.valueOf(entry);
        if (this.seenBy[slot] === query) continue;
        this.seenBy[slot] = query;
        found.push(slot);
        if (found.length >= maxCandidates) return found;
      }
    }
    return found;
  }

  private sharedWith(text: string): number {
    if (this.otherHashes.length < text.length) this.otherHashes = new Uint32Array(text.length * 2);
    return this.own.countShared(this.otherHashes, hashShingles(text, this.otherHashes));
  }
}

/** A set of 32-bit hashes that is emptied in constant time. */
class HashSet {
  private keys = new Uint32Array(2048);
  private filledIn = new Uint32Array(2048);
  private countedIn = new Uint32Array(2048);
  private fills = 0;
  private counts = 0;
  size = 0;

  fill(hashes: Uint32Array, count: number): void {
    if (this.keys.length < count * 2) {
      const length = 2 ** Math.ceil(Math.log2(count * 2));
      [this.keys, this.filledIn, this.countedIn, this.fills, this.counts] = [
        new Uint32Array(length),
        new Uint32Array(length),
        new Uint32Array(length),
        0,
        0,
      ];
    }
    const fill = ++this.fills;
    const mask = this.keys.length - 1;
    this.size = 0;
    for (let i = 0; i < count; i++) {
      const hash = hashes[i] as number;
      let slot = hash & mask;
      while (this.filledIn[slot] === fill && this.keys[slot] !== hash) slot = (slot + 1) & mask;
      if (this.filledIn[slot] === fill) continue;
      this.filledIn[slot] = fill;
      this.keys[slot] = hash;
      this.size++;
    }
  }

  /** Distinct hashes that are in the set. */
  countShared(hashes: Uint32Array, count: number): number {
    const counting = ++this.counts;
    const mask = this.keys.length - 1;
    let shared = 0;
    for (let i = 0; i < count; i++) {
      const hash = hashes[i] as number;
      let slot = hash & mask;
      while (this.filledIn[slot] === this.fills && this.keys[slot] !== hash) slot = (slot + 1) & mask;
      if (this.filledIn[slot] !== this.fills || this.countedIn[slot] === counting) continue;
      this.countedIn[slot] = counting;
      shared++;
    }
    return shared;
  }
}

function lengthened(values: Int32Array): Int32Array {
  const longer = new Int32Array(values.length * 2);
  longer.set(values);
  return longer;
}
