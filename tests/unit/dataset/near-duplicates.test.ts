import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bandingFor } from '../../../domain/dataset/minhash.ts';
import { NearIndex } from '../../../domain/dataset/near-index.ts';
import { WordOverlapIndex } from '../../../domain/dataset/word-overlap.ts';
import { seeded } from './make-prepared.ts';

interface Golden {
  readonly a: string;
  readonly b: string;
  readonly jaccard: number;
}
/** Written by golden/jaccard.py with Python's own sets. */
const golden = JSON.parse(readFileSync(new URL('golden/jaccard.json', import.meta.url), 'utf8')) as Golden[];

/** The definition, without any index. */
function jaccard(a: string, b: string): number {
  const shingles = (text: string): Set<string> => new Set(Array.from({ length: Math.max(1, text.length - 4) }, (_, i) => text.slice(i, i + 5)));
  const [x, y] = [shingles(a), shingles(b)];
  const shared = [...x].filter((shingle) => y.has(shingle)).length;
  return shared / (x.size + y.size - shared);
}

/** Copies of a sentence with some characters replaced, so that similarities of every size occur. */
function variants(count: number, length: number, seed: number): string[] {
  const random = seeded(seed);
  const letter = (): string => 'abcdefghijklmnopqrstuvwxyz     '[Math.floor(random() * 31)] ?? ' ';
  return Array.from({ length: count / 2 }, () => {
    const text = Array.from({ length: length * (0.5 + random()) }, letter);
    const copy = [...text];
    for (let edits = Math.floor(random() * length * 0.06); edits >= 0; edits--) copy[Math.floor(random() * copy.length)] = letter();
    return [text.join(''), copy.join('')];
  }).flat();
}

describe('near-duplicates', () => {
  it('have the exact Jaccard similarity of their 5-character shingles', () => {
    for (const { a, b, jaccard: expected } of golden) {
      const index = new NearIndex(0.05, 1);
      index.add(7, a);
      const found = index.nearest(b);
      if (found === null) expect(expected, `${a} | ${b}`).toBeLessThan(0.15);
      else expect(found).toEqual({ id: 7, similarity: expect.closeTo(expected, 12) as unknown });
    }
  });

  it.each([
    [30, 11],
    [80, 12],
    [500, 13],
  ])('among texts of about %i characters are all found, and nothing else', (length, seed) => {
    const texts = variants(1200, length, seed);
    const index = new NearIndex(0.8, texts.length);
    let [expected, found, wrong] = [0, 0, 0];
    for (let i = 0; i < texts.length; i += 2) {
      const [a, b] = [texts[i] ?? '', texts[i + 1] ?? ''];
      index.add(i, a);
      const truth = jaccard(a, b) >= 0.8;
      const near = index.nearest(b);
      if (truth) expected++;
      if (truth && near !== null) found++;
      if (near !== null && jaccard(texts[near.id] ?? '', b) < 0.8) wrong++;
    }
    expect(expected).toBeGreaterThan(50);
    expect(wrong).toBe(0);
    expect(found / expected).toBeGreaterThanOrEqual(0.99);
  });

  it('are looked for in bands that a pair at the threshold shares with probability 0.999', () => {
    for (const threshold of [0.3, 0.5, 0.7, 0.8, 0.9, 0.99]) {
      const { bands, rows } = bandingFor(threshold);
      expect(bands * rows).toBeLessThanOrEqual(256);
      expect(1 - (1 - threshold ** rows) ** bands).toBeGreaterThanOrEqual(0.999);
    }
  });

  it('of very short texts compare the whole text', () => {
    const index = new NearIndex(0.8, 1);
    index.add(0, 'yes');
    expect(index.nearest('yes')).toEqual({ id: 0, similarity: 1 });
    expect(index.nearest('no')).toBeNull();
    expect(index.nearest('')).toBeNull();
  });

  it('are found in an index that outgrows what was expected', () => {
    const index = new NearIndex(0.8, 1);
    const texts = variants(1000, 60, 5);
    for (const [i, text] of texts.entries()) index.add(i, text);
    for (const [i, text] of texts.entries()) expect(texts[index.nearest(text)?.id ?? -1], String(i)).toBe(text);
  });
});

describe('long texts that copy each other', () => {
  const random = seeded(3);
  const word = (): string => Array.from({ length: 3 + Math.floor(random() * 5) }, () => 'abcdefghijklmnop'[Math.floor(random() * 16)] ?? '').join('');
  const passage = (length: number): string => Array.from({ length }, word).join(' ');

  it('overlap where one contains the other', () => {
    const question = passage(14);
    const index = new WordOverlapIndex();
    index.add(1, question);
    expect(index.overlapping(`${passage(20)} ${question} ${passage(20)}`)).toMatchObject({ id: 1, share: 1, words: 8 });
  });

  it('overlap where half of the shorter one is quoted', () => {
    const [a, b] = [passage(60), passage(60)];
    const index = new WordOverlapIndex();
    index.add(1, a);
    expect(index.overlapping(`${b} ${a.split(' ').slice(0, 40).join(' ')}`)?.id).toBe(1);
    expect(index.overlapping(`${b} ${a.split(' ').slice(0, 15).join(' ')}`)).toBeNull();
  });

  it('do not overlap by a greeting that everyone uses', () => {
    const greeting = passage(18);
    const index = new WordOverlapIndex();
    for (let i = 0; i < 100; i++) index.add(i, `${greeting} ${passage(6)}`);
    expect(index.overlapping(`${greeting} ${passage(6)}`)).toBeNull();
  });

  it('do not overlap by a signature that stands in one test row and in many others', () => {
    const signature = passage(30);
    const index = new WordOverlapIndex();
    index.add(1, `${passage(8)} ${signature}`);
    const others = Array.from({ length: 50 }, () => `${passage(8)} ${signature}`);
    for (const text of others) index.observe(text);
    expect(others.filter((text) => index.overlapping(text) !== null)).toEqual([]);
  });

  it('are left to the shingles where both are short', () => {
    const index = new WordOverlapIndex();
    const text = passage(15);
    index.add(1, text);
    expect(index.overlapping(`${text} ${passage(3)}`)).toBeNull();
  });
});
