import { expect, test } from 'vitest';
import { memoryNeeded } from '../../../domain/cost/estimate/memory.ts';

const smolLm2 = { parameters: 134_515_008, layers: 30, width: 576, heads: 9, keyValueWidth: 192, feedForward: 1536, vocabulary: 49_152 };
const mebibyte = 1024 ** 2;

/**
 * `environment.peak_memory_bytes` of jobs of the trainer on 2026-11-27: SmolLM2-135M, LoRA of rank 16 or full tuning, on a CPU under Linux with the CUDA build
 * of PyTorch 2.15. Rows without a common beginning, all as long as `max_length`; two steps.
 */
const measured = [
  ['lora', 8, 64, 'bf16', 1723],
  ['lora', 8, 256, 'bf16', 2734],
  ['lora', 8, 512, 'bf16', 4705],
  ['lora', 8, 256, 'fp32', 4216],
  ['lora', 2, 1024, 'fp32', 6246],
  ['lora', 8, 512, 'fp32', 8299],
  ['full', 8, 64, 'bf16', 3511],
  ['full', 8, 256, 'bf16', 4833],
] as const;

test.each(measured)(
  '%s with %i rows of %i tokens in %s is told within a fifth of the %i MiB that it took',
  (method, batchSize, longestRow, precision, mib) => {
    const told = memoryNeeded({ method, rank: 16, batchSize, longestRow }, precision, smolLm2) / mebibyte;
    expect(told).toBeGreaterThan(mib * 0.95);
    expect(told).toBeLessThan(mib * 1.2);
  },
);

test('rows that pass one after the other need no more than one of them, and a pair is two rows', () => {
  const needed = (batchSize: number, longestRow: number, method = 'lora') =>
    memoryNeeded({ method, rank: 16, batchSize, longestRow }, 'bf16', smolLm2);
  expect(needed(64, 512)).toBe(needed(8, 512));
  expect(needed(2, 8192)).toBe(needed(1, 8192));
  expect(needed(4, 64, 'dpo')).toBe(needed(8, 64));
});
