import { spread } from './shingles.ts';

/**
 * Values in a signature. Longer signatures allow longer bands, and those are what keeps a million rows apart: two texts of the same language share a tenth
 * of their shingles, and with bands of five values each row would meet hundreds of strangers.
 */
export const signatureLength = 256;
const functionBits = 2;
const hashFunctions = 1 << functionBits;
const binBits = 6;
const bins = 1 << binBits;
const empty = 0xffffffff;

const multipliers = Uint32Array.from({ length: hashFunctions }, (_, k) => spread(0x9e3779b9 + k) | 1);
/** Where an empty bin looks for a value: the same walk for every set, so that equal sets fill it equally. */
const donors = Uint8Array.from({ length: signatureLength * bins }, (_, i) => spread(0x51ed270b + i) & (bins - 1));
const hole = new Uint8Array(bins);
const loan = new Uint32Array(bins);

/**
 * MinHash by one-permutation hashing (Li, Owen and Zhang 2012): each hash function throws the set into 64 bins and keeps the smallest value of each,
 * so that a signature costs four hashes an element and not 256. Empty bins borrow from random others (Shrivastava 2017).
 *
 * @param hashes the set's elements as 32-bit hashes; `count` of them count
 * @param out receives {@link signatureLength} values
 */
export function minhash(hashes: Uint32Array, count: number, out: Uint32Array): void {
  out.fill(empty);
  for (let k = 0; k < hashFunctions; k++) {
    const multiplier = multipliers[k] as number;
    const offset = k << binBits;
    for (let i = 0; i < count; i++) {
      const x = Math.imul(hashes[i] as number, multiplier);
      const bin = offset + (x >>> (32 - binBits));
      const value = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) >>> 0;
      if (value < (out[bin] as number)) out[bin] = value;
    }
    borrow(out, offset);
  }
}

function borrow(out: Uint32Array, offset: number): void {
  let holes = 0;
  for (let b = 0; b < bins; b++) if (out[offset + b] === empty) hole[holes++] = b;
  if (holes === bins) return;
  for (let k = 0; k < holes; k++) {
    const b = hole[k] as number;
    for (let step = 0; step < bins; step++) {
      const donor = donors[(offset + b) * bins + step] as number;
      const value = out[offset + donor] as number;
      if (value === empty) continue;
      loan[k] = spread(value + step);
      break;
    }
  }
  // Lent only now, so that nobody borrows what was borrowed.
  for (let k = 0; k < holes; k++) out[offset + (hole[k] as number)] = loan[k] as number;
}

export interface Banding {
  readonly bands: number;
  readonly rows: number;
}

/**
 * Bands and rows per band for locality-sensitive hashing: the longest bands by which a pair at the threshold still meets
 * with probability 0.999, `1 - (1 - t^rows)^bands` (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4).
 */
export function bandingFor(threshold: number): Banding {
  for (let rows = 16; rows > 1; rows--) {
    const bands = Math.floor(signatureLength / rows);
    if (1 - (1 - threshold ** rows) ** bands >= 0.999) return { bands, rows };
  }
  return { bands: signatureLength, rows: 1 };
}

/** One hash a band. Neighbouring values of a band come from different hash functions, so that borrowed bins do not fall together. */
export function hashBands(signature: Uint32Array, { bands, rows }: Banding, out: Uint32Array): void {
  let slot = 0;
  for (let band = 0; band < bands; band++) {
    let h = Math.imul(band + 1, 0x9e3779b1);
    for (let r = 0; r < rows; r++, slot++) {
      h = Math.imul(h ^ (signature[((slot & (hashFunctions - 1)) << binBits) | (slot >>> functionBits)] as number), 0x85ebca6b);
      h ^= h >>> 13;
    }
    out[band] = spread(h);
  }
}
