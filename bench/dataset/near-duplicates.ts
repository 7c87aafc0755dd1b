/** Near-duplicates alone: speed beside datasketch on the same texts, and recall and precision against the exact Jaccard similarity. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { comparisonKey } from '../../domain/dataset/comparison-key.ts';
import { draftOf } from '../../domain/dataset/draft.ts';
import { openLedger } from '../../domain/dataset/ledger.ts';
import { NearPairs } from '../../domain/dataset/near-pairs.ts';
import { removeDuplicates } from '../../domain/dataset/remove-duplicates.ts';
import { ShingleSimilarity } from '../../domain/dataset/shingle-similarity.ts';
import { ensureUv } from '../../workers/setup/uv.ts';
import { takeRows } from './make-rows.ts';

export const threshold = 0.8;
const margin = 0.05;

export interface Speed {
  readonly rowsPerSecond: number;
  readonly found: number;
}
export interface PeerSpeed extends Speed {
  readonly version: string;
  /** The same with shingles of three words, of which a text has a sixth as many. */
  readonly byWords: number;
}

/** Rows that are already normalised and distinct, so that near-duplicates are all the work. */
export function timeOurs(keys: readonly string[]): Speed {
  const drafts = keys.map((key, i) =>
    draftOf(
      { id: String(i), file: 'f', line: i, input: key, output: 'a', group: null, columns: {}, origin: null, weight: 1 },
      'source',
      'classification',
    ),
  );
  const ledger = openLedger();
  const started = performance.now();
  removeDuplicates(drafts, threshold, true, ledger, () => undefined);
  return { rowsPerSecond: keys.length / ((performance.now() - started) / 1000), found: ledger.dropped.nearDuplicate + ledger.dropped.duplicate };
}

/** Its speed, or why there is none. */
export async function timePeer(keys: readonly string[], folder: string, report: (line: string) => void): Promise<PeerSpeed | string> {
  const file = join(folder, 'keys.txt');
  writeFileSync(file, `${keys.join('\n')}\n`);
  let uv: string;
  try {
    uv = await ensureUv(report);
  } catch (error) {
    return `datasketch could not be installed: ${error instanceof Error ? error.message : String(error)}`;
  }
  const script = fileURLToPath(new URL('peers.py', import.meta.url));
  const run = spawnSync(uv, ['run', '--no-project', '--with', 'datasketch', script, file, String(threshold)], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    timeout: 1_200_000,
  });
  if (run.status !== 0) return `datasketch could not run: ${run.stderr?.trim().split('\n').at(-1) ?? run.error?.message ?? 'no reason given'}`;
  return JSON.parse(run.stdout) as PeerSpeed;
}

/** Of all pairs of some rows, against all of them compared exactly; pairs within the margin of the threshold count for neither. */
export function accuracy(rows: number): { recall: number; precision: number; pairs: number } {
  const keys = takeRows(rows, 11, 0.5).map((row) => comparisonKey(row.text));
  const pairs = new NearPairs(threshold, keys.length);
  for (const [i, key] of keys.entries()) pairs.add(i, key);
  const candidates = pairs.candidates();
  const similarity = new ShingleSimilarity();
  let [near, found, reported, right] = [0, 0, 0, 0];
  for (const [i, key] of keys.entries()) {
    similarity.hold(key);
    const ours = new Set(candidates.of(i));
    for (let j = 0; j < i; j++) {
      const jaccard = similarity.to(keys[j] ?? '');
      const isReported = ours.has(j) && jaccard >= threshold;
      if (jaccard >= threshold + margin) near++;
      if (jaccard >= threshold + margin && isReported) found++;
      if (isReported) reported++;
      if (isReported && jaccard >= threshold - margin) right++;
    }
  }
  return { recall: found / near, precision: right / reported, pairs: near };
}
