/**
 * Enumerated answers beside lm-evaluation-harness, and written ones beside transformers, on the same rows and weights, in fp32.
 * `TUNEGATE_BENCH_ROWS` makes the cases smaller.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkoutRoot } from '../../workers/setup/paths.ts';
import { ensureTrainer } from '../../workers/setup/trainer.ts';
import type { BenchCase } from '../document.ts';
import { peerEnvironment } from '../peer-environment.ts';
import { runPython } from '../python.ts';

const banking = process.env.BANKING77_DIR ?? '../shared/data/banking77';
const xquad = process.env.XQUAD_FILE ?? '../shared/data/xquad-en/xquad.en.json';
const model = join(checkoutRoot, 'trainer', '.models', 'smollm2-135m-instruct');
const requirements = ['lm-eval==0.4.13', 'transformers==5.24.0', 'accelerate', 'torch==2.15.0'];

const mostRows = Number(process.env.TUNEGATE_BENCH_ROWS ?? Number.POSITIVE_INFINITY);

interface Work {
  readonly kind: 'score' | 'generate';
  readonly peer: string;
  readonly rows: number;
  /** The peer is timed on these, and compared by answers per second. */
  readonly peerRows: number;
  readonly flags: readonly string[];
  readonly min: number;
}

const works: Readonly<Record<string, Work>> = {
  'score-77-labels': { kind: 'score', peer: 'lm-eval 0.4.13', rows: 500, peerRows: 5, flags: [], min: 30 },
  'generate-vs-single': { kind: 'generate', peer: 'transformers 5.24', rows: 200, peerRows: 50, flags: ['1'], min: 6 },
  'generate-vs-batch-8': { kind: 'generate', peer: 'transformers 5.24', rows: 200, peerRows: 200, flags: ['8'], min: 1.5 },
};

interface Measured {
  readonly rows: number;
  readonly seconds: number;
  /** Processor time of all threads, which a busy machine disturbs less. */
  readonly cpuSeconds: number;
  readonly tokens: number;
  readonly answers: readonly string[];
}

export async function cases(report: (line: string) => void, isWanted: (name: string) => boolean): Promise<BenchCase[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tunegate-bench-'));
  try {
    const trainer = await ensureTrainer(report);
    const found: BenchCase[] = [];
    const ours = new Map<string, Measured | string>();
    for (const [name, work] of Object.entries(works)) if (isWanted(name)) found.push(await against(trainer, folder, name, work, ours, report));
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function against(
  trainer: string,
  folder: string,
  name: string,
  full: Work,
  known: Map<string, Measured | string>,
  report: (line: string) => void,
): Promise<BenchCase> {
  const work = { ...full, rows: Math.min(full.rows, mostRows), peerRows: Math.min(full.peerRows, mostRows) };
  const row: BenchCase = { case: name, unit: 'ratio', ours: null, peer: null, peerName: work.peer, value: null, min: work.min, max: null, notes: '' };
  const source = work.kind === 'score' ? banking : xquad;
  const needed = work.kind === 'score' ? join(banking, 'test.csv') : xquad;
  if (!existsSync(needed)) return { ...row, notes: `there is no ${needed}; set ${work.kind === 'score' ? 'BANKING77_DIR' : 'XQUAD_FILE'}` };
  try {
    const script = (file: string) => fileURLToPath(new URL(file, import.meta.url));
    const python = await peerEnvironment('inference', requirements, report);
    const rows = join(folder, `${work.kind}.jsonl`);
    const made = runPython(trainer, [script('rows.py'), work.kind === 'score' ? 'labels' : 'questions', source, rows, `${work.rows}`], report);
    if (typeof made === 'string') return { ...row, notes: made };
    const some = join(folder, `${name}.jsonl`);
    writeFileSync(some, `${spread(readFileSync(rows, 'utf8').trimEnd().split('\n'), work.peerRows).join('\n')}\n`);
    const threads = `${Math.min(16, cpus().length)}`;
    const quiet = (line: string) => report(line.slice(0, 120));
    const ours = known.get(work.kind) ?? runPython<Measured>(trainer, [script('ours.py'), work.kind, rows], quiet);
    known.set(work.kind, ours);
    const peer = runPython<Measured>(python, [script('peers.py'), work.kind, some, model, threads, ...work.flags], quiet);
    if (typeof ours === 'string') return { ...row, notes: `ours: ${ours}` };
    if (typeof peer === 'string') return { ...row, notes: `${work.peer}: ${peer}` };
    const [a, b] = [ours.rows / ours.seconds, peer.rows / peer.seconds];
    const processor = peer.cpuSeconds / peer.rows / (ours.cpuSeconds / ours.rows);
    const lengths =
      work.kind === 'score' ? '' : `, ${(ours.tokens / ours.rows).toFixed(0)} and ${(peer.tokens / peer.rows).toFixed(0)} tokens an answer`;
    return {
      ...row,
      ours: a,
      peer: b,
      value: a / b,
      notes: `answers/s on ${work.rows} rows, the peer timed on ${work.peerRows} of them spread evenly${lengths}; by processor time ${processor.toFixed(1)} times`,
    };
  } catch (error) {
    return { ...row, notes: error instanceof Error ? error.message : String(error) };
  }
}

/** `count` of the lines, evenly spread. */
const spread = (lines: readonly string[], count: number): string[] =>
  Array.from({ length: Math.min(count, lines.length) }, (_, i) => lines[Math.floor((i * lines.length) / Math.min(count, lines.length))] as string);
