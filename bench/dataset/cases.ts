/** The dataset stage beside datasketch, on the same rows in one run; then retrieval on XQuAD. `TUNEGATE_BENCH_ROWS` makes the large case smaller, `TUNEGATE_BENCH_PART` runs one of `rows` and `retrieval` alone. */
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { comparisonKey } from '../../domain/dataset/comparison-key.ts';
import type { BenchCase } from '../document.ts';
import { makeRows, missingData, takeRows } from './make-rows.ts';
import { accuracy, timeOurs, timePeer } from './near-duplicates.ts';
import { retrievalCases } from './retrieval.ts';

const rows = Number(process.env.TUNEGATE_BENCH_ROWS ?? 1_000_000);
const peerRows = Math.min(rows, 100_000);
const fewRows = 10_000;
const exactRows = 2_000;

interface Prepared {
  readonly read: number;
  readonly seconds: number;
  readonly peakGb: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly steps: Readonly<Record<string, number>>;
}

export async function cases(report: (line: string) => void): Promise<BenchCase[]> {
  const missing = missingData();
  const part = process.env.TUNEGATE_BENCH_PART ?? 'all';
  const rowCases = async () => (missing === null ? preparationCases(report) : withoutData(missing));
  return [...(part === 'retrieval' ? [] : await rowCases()), ...(part === 'rows' ? [] : await retrievalCases(report))];
}

const bounds = {
  'near-duplicate-vs-datasketch': ['ratio', 10, null],
  'prepare-1m-vs-datasketch': ['ratio', 3, null],
  'prepare-1m-peak-gb': ['GB', null, 1.5],
  'prepare-growth': ['ratio', null, 1.3],
  'near-duplicate-recall': ['share', 0.98, null],
  'near-duplicate-precision': ['share', 0.98, null],
} as const;
type Name = keyof typeof bounds;

const figure = (name: Name, value: number | null, notes: string, beside: Partial<Pick<BenchCase, 'ours' | 'peer' | 'peerName'>> = {}): BenchCase => {
  const [unit, min, max] = bounds[name];
  return { case: name, unit, ours: value, peer: null, peerName: null, ...beside, value, min, max, notes };
};

const withoutData = (why: string): BenchCase[] => (Object.keys(bounds) as Name[]).map((name) => figure(name, null, why));

async function preparationCases(report: (line: string) => void): Promise<BenchCase[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tunegate-bench-'));
  try {
    report(`near-duplicates among ${peerRows} rows, ours and datasketch's`);
    const keys = [...new Set(takeRows(peerRows).map((row) => comparisonKey(row.text)))];
    timeOurs(keys.slice(0, 5_000));
    const near = timeOurs(keys);
    const peer = await timePeer(keys, folder, report);
    report(`recall and precision on all pairs of ${exactRows} rows`);
    const { recall, precision, pairs } = accuracy(exactRows);
    report(`preparing ${fewRows} rows, then ${rows}`);
    const [few, many] = [await prepare(fewRows, folder), await prepare(rows, folder)];
    report(JSON.stringify({ few, many }));
    const theirs = typeof peer === 'string' ? null : peer;
    const beside = (ours: number) => ({ ours, peer: theirs?.rowsPerSecond ?? null, peerName: `datasketch ${theirs?.version ?? ''}`.trim() });
    const speed = typeof many === 'string' ? 0 : many.read / many.seconds;
    const failed = typeof peer === 'string' ? peer : [few, many].find((result) => typeof result === 'string');
    const against = (ours: number) => (theirs === null || ours === 0 ? null : ours / theirs.rowsPerSecond);
    return [
      figure(
        'near-duplicate-vs-datasketch',
        against(near.rowsPerSecond),
        theirs === null
          ? String(peer)
          : `rows/s on the same ${keys.length} texts and their 5-character shingles, one process each; ours finds ${near.found} near-duplicates and compares them exactly, datasketch ${theirs.found} by estimate; with shingles of three words datasketch does ${Math.round(theirs.byWords)} rows/s`,
        beside(near.rowsPerSecond),
      ),
      figure(
        'prepare-1m-vs-datasketch',
        typeof many === 'string' ? null : against(speed),
        typeof failed === 'string'
          ? failed
          : `rows/s; ours loads, validates, redacts, removes exact and near duplicates, splits, checks leaks and freezes ${rows} rows; datasketch does near-duplicates alone, timed on ${peerRows}`,
        beside(speed),
      ),
      figure(
        'prepare-1m-peak-gb',
        typeof many === 'string' ? null : many.peakGb,
        typeof many === 'string' ? many : `resident memory of the process at its highest, ${rows} rows`,
      ),
      figure(
        'prepare-growth',
        typeof many === 'string' || typeof few === 'string' ? null : many.seconds / many.read / (few.seconds / few.read),
        typeof many === 'string'
          ? many
          : `time per row at ${rows} over that at ${fewRows}; suspected wrong labels are looked for up to 30,000 rows only, which makes rows of the small set dearer`,
      ),
      figure('near-duplicate-recall', recall, `of ${pairs} pairs beyond threshold ± 0.05 among all pairs of ${exactRows} rows`),
      figure('near-duplicate-precision', precision, 'what is reported is compared exactly, so that it cannot be wrong'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What it took, or why it failed. */
async function prepare(count: number, folder: string): Promise<Prepared | string> {
  const path = join(folder, `${count}.csv`);
  await pipeline(Readable.from(csvOf(count)), createWriteStream(path));
  const child = fileURLToPath(new URL('prepare-child.ts', import.meta.url));
  const run = spawnSync(process.execPath, ['--import', 'tsx', child, path], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  rmSync(path);
  return run.status === 0 ? (JSON.parse(run.stdout) as Prepared) : `the preparation failed: ${run.stderr.trim().split('\n').slice(-3).join(' ')}`;
}

function* csvOf(count: number): Generator<string, void> {
  let text = 'text,label\n';
  let written = 0;
  for (const row of makeRows(7)) {
    if (written++ === count) break;
    text += `"${row.text.replaceAll('"', '""')}",${row.label}\n`;
    if (text.length < 1_000_000) continue;
    yield text;
    text = '';
  }
  yield text;
}
