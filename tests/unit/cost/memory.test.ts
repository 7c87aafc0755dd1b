import { expect, test } from 'vitest';
import { memoryNeeded } from '../../../domain/cost/estimate/memory.ts';

const smolLm2 = { parameters: 134_515_008, layers: 30, width: 576, heads: 9, keyValueWidth: 192, feedForward: 1536, vocabulary: 49_152 };
const mebibyte = 1024 ** 2;

/**
 * `environment.peak_memory_bytes` of jobs of the trainer on 2026-11-27: SmolLM2-135M, LoRA of rank 16 or full tuning, on a CPU under Linux with the CUDA
 * build of PyTorch 2.15. Rows without a common beginning, all as long as `max_length`. The table in docs/money.md.
 */
const measured = [
  { method: 'lora', batchSize: 8, longestRow: 64, precision: 'bf16', learnt: 2, mib: 1723 },
  { method: 'lora', batchSize: 8, longestRow: 256, precision: 'bf16', learnt: 2, mib: 2734 },
  { method: 'lora', batchSize: 8, longestRow: 512, precision: 'bf16', learnt: 2, mib: 4705 },
  { method: 'lora', batchSize: 8, longestRow: 256, precision: 'bf16', learnt: 230, mib: 3511 },
  { method: 'lora', batchSize: 8, longestRow: 256, precision: 'fp32', learnt: 2, mib: 4216 },
  { method: 'lora', batchSize: 2, longestRow: 1024, precision: 'fp32', learnt: 2, mib: 6246 },
  { method: 'lora', batchSize: 8, longestRow: 512, precision: 'fp32', learnt: 2, mib: 8299 },
  { method: 'full', batchSize: 8, longestRow: 64, precision: 'bf16', learnt: 2, mib: 3511 },
  { method: 'full', batchSize: 8, longestRow: 256, precision: 'bf16', learnt: 2, mib: 4833 },
  { method: 'full', batchSize: 8, longestRow: 256, precision: 'fp32', learnt: 2, mib: 5795 },
] as const;

test.each(measured)(
  '$method with $batchSize rows of $longestRow tokens in $precision, $learnt of them learnt, is told as the $mib MiB that it took, within a tenth',
  (job) => {
    const told = memoryNeeded({ ...job, rank: 16, answerShare: job.learnt / job.longestRow }, job.precision, smolLm2) / mebibyte;
    expect(told).toBeGreaterThan(job.mib * 0.95);
    expect(told).toBeLessThan(job.mib * 1.1);
  },
);

test('rows that pass one after the other need no more than one of them, and a pair is two rows', () => {
  const needed = (batchSize: number, longestRow: number, method = 'lora') =>
    memoryNeeded({ method, rank: 16, batchSize, longestRow, answerShare: 0.1 }, 'bf16', smolLm2);
  expect(needed(64, 512)).toBe(needed(8, 512));
  expect(needed(2, 8192)).toBe(needed(1, 8192));
  expect(needed(4, 64, 'dpo')).toBe(needed(8, 64));
});
