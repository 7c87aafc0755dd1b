import { hashShingles } from './shingles.ts';

/** Compares one text with others by the exact Jaccard similarity of their sets of 5-character shingles. */
export class ShingleSimilarity {
  private readonly own = new HashSet();
  private readonly other = new HashSet();
  private hashes = new Uint32Array(4096);

  /** The text that `to` compares with. */
  hold(text: string): void {
    this.fill(this.own, text);
  }

  /** @returns shared shingles over all shingles, 0 … 1 */
  to(text: string): number {
    this.fill(this.other, text);
    const shared = this.own.countShared(this.other);
    return shared / (this.own.size + this.other.size - shared);
  }

  private fill(set: HashSet, text: string): void {
    if (this.hashes.length < text.length) this.hashes = new Uint32Array(text.length * 2);
    set.fill(this.hashes, hashShingles(text, this.hashes));
  }
}

/** A set of 32-bit hashes that is emptied in constant time. */
class HashSet {
  private keys = new Uint32Array(2048);
  private filledIn = new Uint32Array(2048);
  private members = new Uint32Array(1024);
  private fills = 0;
  size = 0;

  fill(hashes: Uint32Array, count: number): void {
    if (this.members.length < count) {
      const length = 2 ** Math.ceil(Math.log2(count * 2));
      [this.keys, this.filledIn, this.members, this.fills] = [new Uint32Array(length), new Uint32Array(length), new Uint32Array(length / 2), 0];
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
      this.members[this.size++] = hash;
    }
  }

  /** Hashes that stand in both. */
  countShared(other: HashSet): number {
    const mask = this.keys.length - 1;
    let shared = 0;
    for (let i = 0; i < other.size; i++) {
      const hash = other.members[i] as number;
      let slot = hash & mask;
      while (this.filledIn[slot] === this.fills && this.keys[slot] !== hash) slot = (slot + 1) & mask;
      if (this.filledIn[slot] === this.fills) shared++;
    }
    return shared;
  }
}
