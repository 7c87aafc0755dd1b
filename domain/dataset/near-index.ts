import { ChainedTable } from './chained-table.ts';
import { bandingFor, hashBands, minhash, signatureLength } from './minhash.ts';
import type { Banding } from './minhash.ts';
import { ShingleSimilarity } from './shingle-similarity.ts';
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
  private readonly threshold: number;
  private readonly signature = new Uint32Array(signatureLength);
  private readonly bandHashes: Uint32Array;
  private hashes = new Uint32Array(4096);
  private readonly similarity = new ShingleSimilarity();
  private seenBy: Int32Array;
  private query = 0;
  private hashedText: string | null = null;
  private hashCount = 0;

  constructor(threshold: number, expectedRows: number) {
    this.threshold = threshold;
    this.banding = bandingFor(threshold);
    this.bandHashes = new Uint32Array(this.banding.bands);
    this.buckets = new ChainedTable(Math.max(64, expectedRows) * this.banding.bands);
    this.seenBy = new Int32Array(Math.max(64, expectedRows));
  }

  /** Makes a text findable. `text` is compared as it is: normalise it before. */
  add(id: number, text: string): void {
    this.hash(text);
    if (this.hashCount === 0) return;
    const slot = this.texts.length;
    if (slot === this.seenBy.length) this.seenBy = lengthened(this.seenBy);
    this.texts.push(text);
    this.ids.push(id);
    for (const hash of this.bandHashes) this.buckets.add(hash, slot);
  }

  /** The most similar text that was added, if it is near; of equally similar ones the first that was added. */
  nearest(text: string): Near | null {
    this.hash(text);
    if (this.hashCount === 0) return null;
    const candidates = this.candidates();
    if (candidates.length === 0) return null;
    this.similarity.hold(text);
    let best = -1;
    let similarity = this.threshold;
    for (const slot of candidates) {
      const jaccard = this.similarity.to(this.texts[slot] as string);
      if (jaccard > similarity || (jaccard === similarity && (best < 0 || slot < best))) [best, similarity] = [slot, jaccard];
    }
    return best < 0 ? null : { id: this.ids[best] as number, similarity };
  }

  private hash(text: string): void {
    if (text === this.hashedText) return;
    this.hashedText = text;
    if (this.hashes.length < text.length) this.hashes = new Uint32Array(text.length * 2);
    this.hashCount = hashShingles(text, this.hashes);
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
}

function lengthened(values: Int32Array): Int32Array {
  const longer = new Int32Array(values.length * 2);
  longer.set(values);
  return longer;
}
