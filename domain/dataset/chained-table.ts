/**
 * A multimap from 32-bit keys to 32-bit values in typed arrays, for tens of millions of entries without an object each.
 * Walk a key's values with `first` and `next`; an entry's number is negative where there is none. The latest entry comes first.
 */
export class ChainedTable {
  private heads: Int32Array;
  private keys: Uint32Array;
  private values: Int32Array;
  private links: Int32Array;
  private used = 0;

  constructor(capacity: number) {
    const size = Math.max(16, capacity);
    this.heads = new Int32Array(powerOfTwo(size)).fill(-1);
    this.keys = new Uint32Array(size);
    this.values = new Int32Array(size);
    this.links = new Int32Array(size);
  }

  add(key: number, value: number): void {
    if (this.used === this.keys.length) this.grow();
    const entry = this.used++;
    const slot = (key ^ (key >>> 15)) & (this.heads.length - 1);
    this.keys[entry] = key;
    this.values[entry] = value;
    this.links[entry] = this.heads[slot] as number;
    this.heads[slot] = entry;
  }

  first(key: number): number {
    return this.find(this.heads[(key ^ (key >>> 15)) & (this.heads.length - 1)] as number, key);
  }

  next(entry: number): number {
    return this.find(this.links[entry] as number, this.keys[entry] as number);
  }

  valueOf(entry: number): number {
    return this.values[entry] as number;
  }

  private find(entry: number, key: number): number {
    while (entry >= 0 && this.keys[entry] !== key) entry = this.links[entry] as number;
    return entry;
  }

  private grow(): void {
    const size = this.keys.length * 2;
    const keys = new Uint32Array(size);
    keys.set(this.keys);
    const values = new Int32Array(size);
    values.set(this.values);
    [this.keys, this.values, this.links] = [keys, values, new Int32Array(size)];
    this.heads = new Int32Array(powerOfTwo(size)).fill(-1);
    const mask = this.heads.length - 1;
    for (let entry = 0; entry < this.used; entry++) {
      const key = keys[entry] as number;
      const slot = (key ^ (key >>> 15)) & mask;
      this.links[entry] = this.heads[slot] as number;
      this.heads[slot] = entry;
    }
  }
}

function powerOfTwo(n: number): number {
  return 2 ** Math.ceil(Math.log2(n));
}
