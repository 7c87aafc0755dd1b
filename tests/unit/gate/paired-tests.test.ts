import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../domain/evaluation/random.ts';
import { alphaForLook } from '../../../domain/gate/alpha-ledger.ts';
import { chooseOnValidation } from '../../../domain/gate/choose-on-validation.ts';
import { exactMcNemar } from '../../../domain/gate/mcnemar.ts';
import { pairedAccuracy } from '../../../domain/gate/paired-accuracy.ts';
import { pairedBootstrap } from '../../../domain/gate/paired-bootstrap.ts';
import { detectableDifference, rowsNeeded } from '../../../domain/gate/power.ts';
import { tangoInterval } from '../../../domain/gate/tango.ts';
import { statisticsCase } from '../../oracles/draws.ts';
import { expectEqual, golden } from '../evaluation/golden.ts';

describe('paired tests', () => {
  test.each([
    // Fagerland, Lydersen and Laake, Statistics in Medicine 2014: airway hyper-responsiveness before and after transplantation.
    [{ n: 21, gains: 1, losses: 7 }, 0.95, -0.517, -0.026],
    // R's PropCIs, scoreci.mp(25, 28, 618, 0.90), whose difference is the second count's less the first's.
    [{ n: 618, gains: 28, losses: 25 }, 0.9, -0.0148, 0.0247],
  ])("Tango's interval of %o is the published one", (counts, confidence, low, high) => {
    const ours = tangoInterval(counts, confidence);
    const digits = confidence === 0.9 ? 4 : 3;
    expect(Number(ours.low.toFixed(digits))).toBe(low);
    expect(Number(ours.high.toFixed(digits))).toBe(high);
  });

  test("Tango's interval ends where its score is the quantile, also without any discordant row", () => {
    const { low, high } = tangoInterval({ n: 100, gains: 0, losses: 0 }, 0.95);
    const z2 = 1.959963984540054 ** 2;
    expect(high).toBeCloseTo(z2 / (100 + z2), 10);
    expect(low).toBeCloseTo(-high, 10);
  });

  test('exact McNemar equals statsmodels and scipy', () => {
    golden('statistics').forEach(([, , p], i) => {
      const { gains, losses } = statisticsCase(i).mcnemar;
      expectEqual(exactMcNemar(gains, losses), p, `case ${i}: ${gains} and ${losses}`);
    });
    expect(exactMcNemar(3000, 3500)).toBeGreaterThan(0);
  });

  test('accuracy is paired by row and refuses rows that do not match', () => {
    expect(pairedAccuracy([true, true, false], [true, false, false], 0.95)).toMatchObject({ difference: 1 / 3, p: 1, gains: 1, losses: 0 });
    expect(() => pairedAccuracy([true], [], 0.95)).toThrow(RangeError);
  });

  test('rows of one source count as the few that they are', () => {
    const a = Array.from({ length: 300 }, (_, i) => Math.floor(i / 30) < 7);
    const b = a.map((_, i) => Math.floor(i / 30) < 4);
    const groups = a.map((_, i) => `thread-${Math.floor(i / 30)}`);
    expect(pairedAccuracy(a, b, 0.95).low).toBeGreaterThan(0.2);
    expect(pairedAccuracy(a, b, 0.95, groups)).toMatchObject({ difference: 0.3 });
    expect(pairedAccuracy(a, b, 0.95, groups).low).toBeLessThan(0.1);
    expect(pairedAccuracy(a, b, 0.95, groups).p).toBeGreaterThan(0.01);
  });

  test('the bootstrap of accuracy agrees with the score interval, and randomization with McNemar', () => {
    const random = seededRandom(2);
    const rows = Array.from({ length: 800 }, () => ({ expected: 'x', a: random.unit() < 0.85 ? 'x' : 'y', b: random.unit() < 0.8 ? 'x' : 'y' }));
    const boot = pairedBootstrap(rows, ['x', 'y'], 'accuracy', { confidence: 0.95, seed: 3, resamples: 4000 });
    const exact = pairedAccuracy(
      rows.map((row) => row.a === 'x'),
      rows.map((row) => row.b === 'x'),
      0.95,
    );
    expect(boot.difference).toBeCloseTo(exact.difference, 12);
    expect(Math.abs(boot.low - exact.low)).toBeLessThan(0.004);
    expect(Math.abs(boot.high - exact.high)).toBeLessThan(0.004);
    expect(Math.abs(boot.p - exact.p)).toBeLessThan(0.02);
  });
});

describe('power', () => {
  test.each([
    [0.1, 0.03, 870],
    [0.2, 0.05, 626],
    [0.2, 0.1, 155],
    [0.3, 0.1, 234],
  ])('with %d discordant rows a gain of %d takes %d rows', (discordance, difference, rows) => {
    expect(rowsNeeded({ difference, discordance }, 0.95)).toBe(rows);
    expect(detectableDifference(rows, discordance, 0.95)).toBeCloseTo(difference, 3);
  });

  test('a difference just below a bar that it cannot pass is told by ruling it out', () => {
    expect(rowsNeeded({ difference: -0.01, discordance: 0.1 }, 0.95, 0.8, 0, 0.01)).toBeLessThan(2500);
    expect(rowsNeeded({ difference: Number.NaN, discordance: 0.1 }, 0.95)).toBeNull();
  });

  test('arms that never differ can still be told apart by many rows only', () => {
    expect(detectableDifference(1000, 0, 0.95)).toBeGreaterThan(0.003);
    expect(detectableDifference(3, 0, 0.95)).toBe(1);
  });
});

describe('the alpha ledger', () => {
  test('never spends more than it has', () => {
    for (const confidence of [0.8, 0.9, 0.95, 0.99]) {
      const spent = Array.from({ length: 50 }, (_, k) => alphaForLook(confidence, k + 1) ?? 0).reduce((a, b) => a + b, 0);
      expect(spent).toBeLessThanOrEqual(1 - confidence);
    }
  });

  test('halves at each look and ends', () => {
    expect([1, 2, 3].map((look) => alphaForLook(0.95, look))).toEqual([0.025, 0.0125, 0.00625].map((alpha) => expect.closeTo(alpha, 12)));
    expect(alphaForLook(0.95, 6)).not.toBeNull();
    expect(alphaForLook(0.95, 7)).toBeNull();
    expect(() => alphaForLook(0.95, 0)).toThrow(RangeError);
  });
});

describe('choosing on validation rows', () => {
  test('takes the best, then the cheaper, then the first; never what is no number', () => {
    const arms = [
      { name: 'a', value: 0.8, usdPerThousand: 2 },
      { name: 'b', value: 0.8, usdPerThousand: 1 },
      { name: 'c', value: Number.NaN },
      { name: 'd', value: 0.7 },
    ];
    expect(chooseOnValidation(arms)?.name).toBe('b');
    expect(chooseOnValidation([])).toBeNull();
  });
});
