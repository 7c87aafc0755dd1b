/**
 * LoRA on a CPU beside TRL's SFTTrainer: the same rows, model, rank and number of optimiser steps, one after the other in one run.
 * `TUNEGATE_BENCH_STEPS` makes the cases shorter.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkoutRoot } from '../../workers/setup/paths.ts';
import { ensureTrainer } from '../../workers/setup/trainer.ts';
import type { BenchCase } from '../document.ts';
import { peerEnvironment } from '../peer-environment.ts';
import { runPython } from '../python.ts';

const data = process.env.BANKING77_DIR ?? '../shared/data/banking77';
const model = join(checkoutRoot, 'trainer', '.models', 'smollm2-135m-instruct');
const requirements = ['trl==1.16.0', 'peft==0.21.2', 'transformers==5.24.0', 'torch==2.15.0'];
const mostSteps = Number(process.env.TUNEGATE_BENCH_STEPS ?? Number.POSITIVE_INFINITY);
const validation = Number.isFinite(mostSteps) ? 8 : 64;
/** Tokens of the instruction that all rows begin with. */
const prefix = 300;

interface Work {
  readonly prefix: number;
  readonly batch: number;
  readonly steps: number;
  readonly as: 'default' | 'best';
  readonly min: number;
}

const works: Readonly<Record<string, Work>> = {
  'lora-prefix-16': { prefix, batch: 16, steps: 8, as: 'default', min: 16 },
  'lora-prefix-64': { prefix, batch: 64, steps: 4, as: 'default', min: 22 },
  'lora-prefix-16-best': { prefix, batch: 16, steps: 8, as: 'best', min: 4.5 },
  'lora-prefix-64-best': { prefix, batch: 64, steps: 4, as: 'best', min: 7 },
  'lora-plain': { prefix: 0, batch: 16, steps: 8, as: 'default', min: 2.5 },
  'lora-plain-best': { prefix: 0, batch: 16, steps: 8, as: 'best', min: 1.2 },
};

const switches: Readonly<Record<string, readonly string[]>> = {
  'without-shared-prefix': ['--no-share-prefix'],
  'without-bf16': ['--precision', 'fp32'],
  'without-onednn': ['--precision', 'fp32', '--matrix-library', 'mkl'],
  'without-answer-head': ['--whole-head'],
};

interface Measured {
  readonly rowsPerSecond: number;
  /** Processor time of all threads, which a busy machine disturbs less. */
  readonly cpuSeconds: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly peakGb: number;
  readonly precision?: string;
  readonly version?: string;
}

export async function cases(report: (line: string) => void, isWanted: (name: string) => boolean): Promise<BenchCase[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tunegate-bench-'));
  const found: BenchCase[] = [];
  try {
    const missing = existsSync(join(data, 'train.csv')) ? null : `there is no ${join(data, 'train.csv')}; set BANKING77_DIR`;
    const trainer = await ensureTrainer(report);
    for (const [name, work] of Object.entries(works)) if (isWanted(name)) found.push(await against(trainer, folder, name, work, missing, report));
    if (isWanted('lora-peak-gb')) found.push(peak(trainer, folder, missing, report));
    for (const [name, flags] of Object.entries(switches)) if (isWanted(name)) found.push(switched(trainer, folder, name, flags, missing, report));
    for (const [name, min] of [
      ['gpu-lora-prefix', 2],
      ['gpu-lora-plain', 1.1],
    ] as const)
      if (isWanted(name)) found.push({ ...blank(name, 'ratio'), min, notes: 'not measured: this benchmark runs on the CPU' });
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const blank = (name: string, unit: string): BenchCase => ({
  case: name,
  unit,
  ours: null,
  peer: null,
  peerName: null,
  value: null,
  min: null,
  max: null,
  notes: '',
});

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Writes the rows that both sides read, tokenised once. */
function makeRows(
  trainer: string,
  folder: string,
  { prefix, batch, steps }: Pick<Work, 'prefix' | 'batch' | 'steps'>,
  report: (line: string) => void,
) {
  const rows = join(folder, `rows-${prefix}-${batch}.jsonl`);
  const train = batch * (steps + 1);
  const made = runPython(
    trainer,
    [script('rows.py'), data, rows, '--prefix', `${prefix}`, '--train', `${train}`, '--validation', `${validation}`],
    report,
  );
  if (typeof made === 'string') throw new Error(made);
  return [rows, '--batch', `${batch}`, '--steps', `${steps}`, '--validation', `${validation}`];
}

async function against(
  trainer: string,
  folder: string,
  name: string,
  full: Work,
  missing: string | null,
  report: (line: string) => void,
): Promise<BenchCase> {
  const work = { ...full, steps: Math.min(full.steps, mostSteps) };
  const row = { ...blank(name, 'ratio'), min: work.min, peerName: 'trl 1.16' };
  if (missing) return { ...row, notes: missing };
  try {
    report(`${name}: ${work.steps} steps of ${work.batch} rows`);
    const python = await peerEnvironment('training', requirements, report);
    const args = makeRows(trainer, folder, work, report);
    const ours = runPython<Measured>(trainer, [script('ours.py'), ...args], report);
    const threads = `${Math.min(16, cpus().length)}`;
    const peer = runPython<Measured>(python, [script('peers.py'), ...args, '--model', model, '--threads', threads, '--as', work.as], report);
    if (typeof ours === 'string') return { ...row, notes: `ours: ${ours}` };
    if (typeof peer === 'string') return { ...row, ours: ours.rowsPerSecond, notes: `trl: ${peer}` };
    const losses = `last training loss ${ours.trainLoss.toFixed(4)} and ${peer.trainLoss.toFixed(4)}, validation ${ours.validationLoss.toFixed(4)} and ${peer.validationLoss.toFixed(4)}`;
    const processor = `by processor time ${(peer.cpuSeconds / ours.cpuSeconds).toFixed(1)} times`;
    const memory = `${ours.peakGb.toFixed(1)} and ${peer.peakGb.toFixed(1)} GB`;
    return {
      ...row,
      ours: ours.rowsPerSecond,
      peer: peer.rowsPerSecond,
      value: ours.rowsPerSecond / peer.rowsPerSecond,
      notes: `training rows/s over ${work.steps} steps, ours in ${ours.precision}, TRL ${work.as === 'best' ? 'in its best CPU configuration (peers.py)' : 'as it comes'}; ${processor}; ${losses}; ${memory}`,
    };
  } catch (error) {
    return { ...row, notes: error instanceof Error ? error.message : String(error) };
  }
}

function peak(trainer: string, folder: string, missing: string | null, report: (line: string) => void): BenchCase {
  const row = { ...blank('lora-peak-gb', 'GB'), max: 3 };
  if (missing) return { ...row, notes: missing };
  const ours = runPython<Measured>(trainer, [script('ours.py'), ...makeRows(trainer, folder, { prefix, batch: 16, steps: 4 }, report)], report);
  if (typeof ours === 'string') return { ...row, notes: ours };
  return { ...row, ours: ours.peakGb, value: ours.peakGb, notes: `resident memory at its highest, batches of 16 in ${ours.precision}` };
}

/** One trick switched off: how many times faster the trainer is with it. */
function switched(
  trainer: string,
  folder: string,
  name: string,
  flags: readonly string[],
  missing: string | null,
  report: (line: string) => void,
): BenchCase {
  const row = blank(name, 'ratio');
  if (missing) return { ...row, notes: missing };
  const args = makeRows(trainer, folder, { prefix, batch: 16, steps: 2 }, report);
  const baseline = name === 'without-onednn' ? ['--precision', 'fp32'] : [];
  const on = runPython<Measured>(trainer, [script('ours.py'), ...args, ...baseline], report);
  const off = runPython<Measured>(trainer, [script('ours.py'), ...args, ...flags], report);
  if (typeof on === 'string' || typeof off === 'string') return { ...row, notes: String(typeof on === 'string' ? on : off) };
  const loss = `validation loss ${on.validationLoss.toFixed(4)} with and ${off.validationLoss.toFixed(4)} without`;
  return {
    ...row,
    ours: on.rowsPerSecond,
    peer: off.rowsPerSecond,
    peerName: 'ours without',
    value: on.rowsPerSecond / off.rowsPerSecond,
    notes: loss,
  };
}
