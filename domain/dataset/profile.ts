import type { Row, Split } from '../../contracts/rows.ts';
import type { DatasetProfile } from '../../contracts/dataset.ts';
import { sha256 } from '../hash.ts';
import type { PreparedDataset } from './prepare.ts';

const sides: readonly Split[] = ['train', 'validation', 'test'];
const mostBuckets = 16;
const samplesPerSide = 3;
const mostCharacters = 280;

/** What a person wants to see of a dataset without reading it: how long its texts are, how its labels stood before, and a few rows. */
export function profileOf(prepared: PreparedDataset): DatasetProfile {
  return {
    funnel: prepared.funnel,
    before: prepared.before,
    lengths: lengthsOf(prepared),
    samples: sides.flatMap((side) => samplesOf(prepared[side], side)),
  };
}

/** Buckets that double in width, from the shortest text to the longest. */
function lengthsOf(prepared: PreparedDataset): DatasetProfile['lengths'] {
  const bucketOf = ({ input }: Row): number => Math.min(mostBuckets, Math.ceil(Math.log2(Math.max(1, input.length))));
  const counts = new Map<number, Record<Split, number>>();
  for (const side of sides) {
    for (const row of prepared[side]) {
      const bucket = bucketOf(row);
      const count = counts.get(bucket) ?? { train: 0, validation: 0, test: 0 };
      count[side]++;
      counts.set(bucket, count);
    }
  }
  const used = [...counts.keys()].sort((a, b) => a - b);
  const [first = 0, last = -1] = [used[0], used.at(-1)];
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const bucket = first + i;
    return { upTo: 2 ** bucket, ...(counts.get(bucket) ?? { train: 0, validation: 0, test: 0 }) };
  });
}

/** The same rows every time, from all over the side. */
function samplesOf(rows: readonly Row[], side: Split): DatasetProfile['samples'] {
  return rows
    .map((row) => ({ row, order: sha256(row.id) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .slice(0, samplesPerSide)
    .map(({ row: { id, input, output } }) => ({ id, side, input: input.slice(0, mostCharacters), output: output.slice(0, mostCharacters) }));
}
