import { describe, expect, test } from 'vitest';
import type { TunedPlan } from '../../../contracts/plan.ts';
import type { Row } from '../../../contracts/rows.ts';
import { learningAdvice, type LossPoint, sweepAdvice, trainingAdvice } from '../../../domain/training/advice.ts';
import { planSweep } from '../../../domain/training/plan-sweep.ts';
import { shareOf } from '../../../domain/training/share-of.ts';

const candidate: TunedPlan = { name: 'lora', provider: 'local', base: 'b', method: 'lora', seed: 7, rag: false };
const own = { learningRate: 5e-4, rank: 16, epochs: 9 };

describe('a sweep', () => {
  test('halves: every setting for a ninth of the epochs, a third of them for a third, one for all', () => {
    const plan = planSweep({ learningRate: [1e-4, 2e-4, 1e-3], rank: [8, 16, 32], trials: 9 }, candidate, own);
    expect(plan?.settings).toHaveLength(9);
    expect(plan?.rungs.map(({ epochs, keep }) => [epochs[0], keep])).toEqual([
      [1, 3],
      [3, 1],
      [9, 1],
    ]);
  });

  test("tries the candidate's own settings first, and no setting twice", () => {
    const plan = planSweep({ learningRate: [5e-4, 1e-3], trials: 8 }, candidate, own);
    expect(plan?.settings).toEqual([{ learningRate: 5e-4 }, { learningRate: 1e-3 }]);
  });

  test('leaves out rungs that would train no longer than the one before', () => {
    const plan = planSweep({ learningRate: [1e-4, 2e-4, 1e-3, 2e-3], trials: 5 }, candidate, { ...own, epochs: 1 });
    expect(plan?.rungs).toEqual([{ epochs: [1, 1, 1, 1, 1], keep: 1 }]);
  });

  test('takes its bounds from the keys that are no hyperparameters', () => {
    expect(planSweep({ rank: [8, 32], maximumSeconds: 60, usd: 2.5 }, candidate, own)).toMatchObject({
      maximumMs: 60_000,
      maximumMicroUsd: 2_500_000,
    });
    expect(planSweep(undefined, candidate, own)).toBeNull();
  });

  test('says where the best setting stands at the edge of what was tried', () => {
    const tried = (learningRate: number, value: number, isWinner = false) => ({ hyperparameters: { learningRate, epochs: 3 }, value, isWinner });
    expect(sweepAdvice([tried(1e-4, 0.7), tried(5e-4, 0.8), tried(1e-3, 0.9, true)])).toEqual([
      'The best learningRate, 0.001, is the largest that was tried: larger ones may do better.',
    ]);
    expect(sweepAdvice([tried(1e-4, 0.7), tried(5e-4, 0.9, true), tried(1e-3, 0.8)])).toEqual([]);
  });
});

describe('a learning curve', () => {
  const rows = Array.from({ length: 100 }, (_, i) => ({ id: `a:${i}`, input: `text ${i}` }) as Row);

  test('takes smaller shares from within larger ones, in their order', () => {
    const [half, quarter] = [shareOf(rows, 0.5), shareOf(rows, 0.25)];
    expect([half.length, quarter.length, shareOf(rows, 1).length]).toEqual([50, 25, 100]);
    expect(quarter.every((row) => half.includes(row))).toBe(true);
    expect(half.map((row) => rows.indexOf(row))).toEqual(half.map((row) => rows.indexOf(row)).toSorted((a, b) => a - b));
  });

  test('says whether more rows would help, and when it does not know', () => {
    const at = (n: number, value: number) => ({ rows: n, estimate: { value, low: value - 0.04, high: value + 0.04 } });
    expect(learningAdvice([at(100, 0.7), at(200, 0.8)])).toContain('more rows would probably help');
    expect(learningAdvice([at(100, 0.8), at(200, 0.8)])).toContain('would hardly help');
    expect(learningAdvice([at(100, 0.8), at(200, 0.82)])).toContain('does not say');
    expect(learningAdvice([at(100, 0.8)])).toBeNull();
  });
});

describe('a training curve', () => {
  const curve = (train: (x: number) => number, validation: (x: number) => number): LossPoint[] =>
    Array.from({ length: 31 }, (_, i) => ({ step: i, train: train(i / 30), validation: i % 5 === 0 ? validation(i / 30) : null }));

  test.each([
    ['overfits', (x: number) => 2 * (1 - x), (x: number) => 1 + 4 * (x - 0.33) ** 2, 'Train 1 epoch instead of 3'],
    ['still learning', (x: number) => 2 - x, (x: number) => 2 - x, 'More epochs would help'],
    ['underfits', (x: number) => 2 - 0.2 * x, () => 1.9, 'higher rank'],
    ['settled', (x: number) => 2 * Math.exp(-5 * x), (x: number) => 0.8 + Math.exp(-8 * x), 'stands at 0.80'],
  ] as const)('that %s is told by its own figures', (verdict, train, validation, words) => {
    const advice = trainingAdvice(curve(train, validation), 3);
    expect(advice?.verdict).toBe(verdict);
    expect(advice?.text).toContain(words);
  });

  test('of two points says nothing', () => {
    expect(trainingAdvice([{ step: 1, train: 2, validation: 2 }], 3)).toBeNull();
  });
});
