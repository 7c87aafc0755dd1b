import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../domain/evaluation/random.ts';
import { compareAgreement } from '../../../domain/monitoring/compare-agreement.ts';
import { measureDrift, type Observation } from '../../../domain/monitoring/measure-drift.ts';
import { psi } from '../../../domain/monitoring/psi.ts';
import { testDrift } from '../../../domain/monitoring/test-drift.ts';

describe('the population stability index', () => {
  test('of (.5, .5) and (.6, .4) is 0.040547', () => {
    expect(psi([50, 50], [60, 40])).toBeCloseTo(0.040547, 6);
    expect(psi([500, 500], [6, 4])).toBeCloseTo(0.040547, 6);
  });

  test('is zero for equal shares, symmetric, and finite for empty cells', () => {
    expect(psi([10, 20, 30], [1, 2, 3])).toBeCloseTo(0, 12);
    expect(psi([10, 20], [20, 10])).toBeCloseTo(psi([20, 10], [10, 20]), 12);
    expect(psi([10, 0], [5, 5])).toBeGreaterThan(0.5);
    expect(Number.isFinite(psi([10, 0], [0, 10]))).toBe(true);
    expect(() => psi([1], [1, 2])).toThrow(RangeError);
  });
});

const draw = (n: number, shares: readonly number[], seed: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => {
    let left = random.unit();
    return Math.max(
      0,
      shares.findIndex((share) => {
        left -= share;
        return left < 0;
      }),
    );
  });
};
const even = Array.from({ length: 10 }, () => 0.1);

describe('the permutation null', () => {
  test('calls large indices of small windows chance, where a rule of thumb would call for action', () => {
    const tested = Array.from({ length: 40 }, (_, i) => testDrift(draw(300, even, 1000 + i), draw(30, even, 5000 + i), 10, i));
    expect(tested.filter(({ psi: found }) => found > 0.1).length).toBeGreaterThan(30);
    expect(tested.filter(({ psi: found, chance }) => found > chance).length).toBeLessThan(7);
  });

  test('alarms in about one case of twenty where nothing has changed', () => {
    const alarms = Array.from({ length: 200 }, (_, i) => testDrift(draw(120, even, 2 * i + 1), draw(60, even, 2 * i + 2), 10, i).p <= 0.05);
    const share = alarms.filter(Boolean).length / alarms.length;
    // Three standard errors around 5 %.
    expect(share).toBeLessThan(0.1);
    expect(share).toBeGreaterThan(0.005);
  });

  test('sees a real change', () => {
    const { psi: found, p } = testDrift(draw(300, even, 1), draw(300, [0.4, ...even.slice(1).map(() => 0.6 / 9)], 2), 10, 7);
    expect(found).toBeGreaterThan(0.25);
    expect(p).toBe(0.001);
  });
});

describe('drift of traffic', () => {
  const labels = ['billing', 'delivery', 'login'];
  const traffic = (n: number, seed: number, change: Partial<Observation> = {}): Observation[] => {
    const random = seededRandom(seed);
    return Array.from({ length: n }, () => ({
      answer: labels[random.below(3)] as string,
      length: 40 + random.below(60),
      confidence: 0.5 + random.unit() / 2,
      ...change,
    }));
  };
  const settings = { psi: 0.25, labels, seed: 7 };
  const drifted = (current: Observation[]) =>
    measureDrift(traffic(300, 1), current, settings)
      .filter((feature) => feature.isDrifted)
      .map((feature) => feature.name);

  test('is not shown by more of the same', () => {
    expect(measureDrift(traffic(300, 1), traffic(200, 2), settings).map((feature) => feature.name)).toEqual(['answers', 'length', 'confidence']);
    expect(drifted(traffic(200, 2))).toEqual([]);
  });

  test('names what has changed: answers, answers that cannot be read, lengths, confidence', () => {
    expect(drifted(traffic(200, 2, { answer: 'billing' }))).toEqual(['answers']);
    expect(drifted([...traffic(120, 2), ...traffic(80, 3, { answer: null })])).toEqual(['answers']);
    expect(drifted(traffic(200, 2, { length: 400 }))).toEqual(['length']);
    expect(drifted(traffic(200, 2, { confidence: 0.51 }))).toEqual(['confidence']);
  });

  test('leaves out what a serving path does not give, and free text by its words', () => {
    const free = (n: number, answer: string | null) => traffic(n, 1, { answer, confidence: null });
    expect(measureDrift(free(100, 'text'), free(100, 'text'), { ...settings, labels: [] }).map((feature) => feature.name)).toEqual(['length']);
    const broken = measureDrift(free(100, 'text'), [...free(50, 'text'), ...free(50, null)], { ...settings, labels: [] });
    expect(broken.find((feature) => feature.name === 'answers')?.isDrifted).toBe(true);
  });
});

describe('agreement with another arm', () => {
  test('has dropped only where chance does not explain it', () => {
    expect(compareAgreement('classical', { n: 300, agreed: 270 }, { n: 100, agreed: 60 })).toMatchObject({
      hasDropped: true,
      sample: { share: 0.6 },
    });
    expect(compareAgreement('classical', { n: 300, agreed: 270 }, { n: 30, agreed: 26 }).hasDropped).toBe(false);
    expect(compareAgreement('classical', { n: 300, agreed: 270 }, { n: 100, agreed: 99 }).hasDropped).toBe(false);
    expect(compareAgreement('classical', { n: 40, agreed: 40 }, { n: 40, agreed: 40 })).toMatchObject({ hasDropped: false, p: 1 });
  });
});
