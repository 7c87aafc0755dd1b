/** What `npm run bench -- NAME` prints: one document, each case beside its bound and, where there is one, its peer. */
import { cpus, totalmem } from 'node:os';

export interface BenchCase {
  readonly case: string;
  readonly unit: string;
  readonly ours: number | null;
  readonly peer: number | null;
  readonly peerName: string | null;
  /** The judged figure; null where the case could not run, with the reason in `notes`. */
  readonly value: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly notes: string;
}

export interface BenchDocument {
  readonly bench: string;
  readonly machine: string;
  readonly cases: readonly BenchCase[];
}

export function benchDocument(bench: string, cases: readonly BenchCase[]): BenchDocument {
  const cores = cpus();
  const machine = `${cores.length} × ${cores[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
  return { bench, machine, cases };
}

export function isWithinBounds({ value, min, max }: BenchCase): boolean {
  return value !== null && (min === null || value >= min) && (max === null || value <= max);
}
