/**
 * Rows to measure with: text in the manner of Banking77 and XQuAD by a seeded chain of word pairs, about 100 tokens (75 words) a row,
 * a fifth of the rows in clusters of two to five that are edited copies of each other, and now and then something private.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { seededRandom } from '../../domain/evaluation/random.ts';

const banking = process.env.BANKING77_DIR ?? '../shared/data/banking77';
const xquad = process.env.XQUAD_FILE ?? '../shared/data/xquad-en/xquad.en.json';
const wordsPerRow = 75;

export interface BenchRow {
  readonly text: string;
  readonly label: string;
}

/** Why there is nothing to make rows from, or null. */
export const missingData = (): string | null =>
  [join(banking, 'train.csv'), xquad].filter((file) => !existsSync(file)).map((file) => `there is no ${file}; set BANKING77_DIR and XQUAD_FILE`)[0] ??
  null;

/** An endless supply of rows, the same for the same seed. */
export function* makeRows(seed: number, clusterShare = 0.08): Generator<BenchRow, never> {
  const { next, labels } = readChain();
  const random = seededRandom(seed);
  const starts = [...next.keys()];
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  const sentence = (length: number): string[] => {
    let pair = pick(starts);
    const words = pair.split(' ');
    while (words.length < length) {
      const following = next.get(pair);
      if (following === undefined) {
        pair = pick(starts);
        words.push(...pair.split(' '));
        continue;
      }
      const word = pick(following);
      pair = `${pair.slice(pair.indexOf(' ') + 1)} ${word}`;
      words.push(word);
    }
    return words;
  };
  for (;;) {
    const words = sentence(wordsPerRow - 25 + random.below(51));
    const label = pick(labels);
    if (random.unit() < 0.02) words.splice(random.below(words.length), 0, `jo.${random.below(1_000_000)}@example.com`);
    yield { text: words.join(' '), label };
    if (random.unit() >= clusterShare) continue;
    for (let copies = 1 + random.below(4); copies > 0; copies--) {
      const copy = [...words];
      for (let edits = random.below(14); edits > 0; edits--) copy[random.below(copy.length)] = pick(words);
      yield { text: copy.join(' '), label };
    }
  }
}

/** Which words follow a pair of words in the texts, as often as they do. */
function readChain(): { next: Map<string, string[]>; labels: string[] } {
  const messages = parse(readFileSync(join(banking, 'train.csv')), { from_line: 2 }) as [string, string][];
  const { data } = JSON.parse(readFileSync(xquad, 'utf8')) as { data: { context?: string; paragraphs?: { context: string }[] }[] };
  const paragraphs = data.flatMap((entry) => entry.paragraphs?.map(({ context }) => context) ?? [entry.context ?? '']);
  const next = new Map<string, string[]>();
  for (const text of [...messages.map(([message]) => message), ...paragraphs]) {
    const words = text.split(/\s+/).filter(Boolean);
    for (let i = 0; i + 2 < words.length; i++) {
      const pair = `${words[i]} ${words[i + 1]}`;
      const list = next.get(pair);
      if (list === undefined) next.set(pair, [words[i + 2] ?? '']);
      else list.push(words[i + 2] ?? '');
    }
  }
  return { next, labels: [...new Set(messages.map(([, label]) => label))].sort() };
}

export function takeRows(count: number, seed = 7, clusterShare?: number): BenchRow[] {
  const rows: BenchRow[] = [];
  for (const row of makeRows(seed, clusterShare)) {
    if (rows.length === count) break;
    rows.push(row);
  }
  return rows;
}
