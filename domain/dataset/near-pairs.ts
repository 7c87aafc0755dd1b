import { bandingFor, hashBands, minhash, signatureLength } from './minhash.ts';
import { hashShingles } from './shingles.ts';

/** Rows of one bucket that later rows are compared with, the earliest: where more share a band, one of the first stands for them. */
const bucketDepth = 64;
/** Candidates of one row; more means that thousands of rows share their boilerplate. */
const maxCandidates = 512;

/**
 * Finds pairs that may be near-duplicates among all rows of a dataset, as `NearIndex` does for one text against an index, in less memory:
 * the band hashes of all rows stand side by side, and the bands are gone through one after the other with one small table.
 */
export class NearPairs {
  private readonly banding: ReturnType<typeof bandingFor>;
  private readonly rows: number;
  /** Band by band, row by row. */
  private readonly hashes: Uint32Array;
  private readonly isIn: Uint8Array;
  private readonly signature = new Uint32Array(signatureLength);
  private readonly bandHashes: Uint32Array;
  private shingles = new Uint32Array(4096);

  constructor(threshold: number, rows: number) {
    this.banding = bandingFor(threshold);
    this.rows = rows;
    this.hashes = new Uint32Array(rows * this.banding.bands);
    this.isIn = new Uint8Array(rows);
    this.bandHashes = new Uint32Array(this.banding.bands);
  }

  /** Takes a row in by its text, normalised before. */
  add(row: number, text: string): void {
    if (this.shingles.length < text.length) this.shingles = new Uint32Array(text.length * 2);
    const count = hashShingles(text, this.shingles);
    if (count === 0) return;
    minhash(this.shingles, count, this.signature);
    hashBands(this.signature, this.banding, this.bandHashes);
    this.isIn[row] = 1;
    for (let band = 0; band < this.banding.bands; band++) this.hashes[band * this.rows + row] = this.bandHashes[band] as number;
  }

  /** Of each row the earlier rows that share a band with it. */
  candidates(): Candidates {
    const found = new Candidates(this.rows);
    const slots = 2 ** Math.ceil(Math.log2(Math.max(16, this.rows)));
    const [heads, tails] = [new Int32Array(slots), new Int32Array(slots)];
    const links = new Int32Array(this.rows);
    for (let band = 0; band < this.banding.bands; band++) {
      const hashes = this.hashes.subarray(band * this.rows, (band + 1) * this.rows);
      heads.fill(-1);
      for (let row = 0; row < this.rows; row++) {
        if (this.isIn[row] === 0) continue;
        const hash = hashes[row] as number;
        const slot = (hash ^ (hash >>> 15)) & (slots - 1);
        let depth = 0;
        for (let other = heads[slot] as number; other >= 0; other = links[other] as number) {
          if (hashes[other] !== hash) continue;
          depth++;
          found.add(row, other);
        }
        if (depth >= bucketDepth) continue;
        links[row] = -1;
        if ((heads[slot] as number) < 0) heads[slot] = row;
        else links[tails[slot] as number] = row;
        tails[slot] = row;
      }
    }
    return found;
  }
}

/** A list of earlier rows for each row, without repetition, in typed arrays. */
export class Candidates {
  private readonly heads: Int32Array;
  private rows = new Int32Array(1024);
  private links = new Int32Array(1024);
  private used = 0;

  constructor(rows: number) {
    this.heads = new Int32Array(rows).fill(-1);
  }

  add(row: number, other: number): void {
    let length = 0;
    for (let entry = this.heads[row] as number; entry >= 0; entry = this.links[entry] as number) {
      if (this.rows[entry] === other || ++length >= maxCandidates) return;
    }
    if (this.used === this.rows.length) [this.rows, this.links] = [lengthened(this.rows), lengthened(this.links)];
    this.rows[this.used] = other;
    this.links[this.used] = this.heads[row] as number;
    this.heads[row] = this.used++;
  }

  /** Ascending. */
  of(row: number): number[] {
    const others: number[] = [];
    for (let entry = this.heads[row] as number; entry >= 0; entry = this.links[entry] as number) others.push(this.rows[entry] as number);
    return others.sort((a, b) => a - b);
  }
}

function lengthened(values: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(values.length * 2);
  longer.set(values);
  return longer;
}
