import { describe, expect, test } from 'vitest';
import { plain } from '../../../cli/console/style.ts';
import { axisOf, intervalBar, progressBar, sparkline } from '../../../cli/view/bars.ts';

describe('progressBar', () => {
  test('is exact to an eighth of a cell and never leaves its width', () => {
    expect(progressBar(0, 4, plain)).toBe('░░░░');
    expect(progressBar(0.5, 4, plain)).toBe('██░░');
    expect(progressBar(0.53125, 4, plain)).toBe('██▏░');
    expect(progressBar(7, 4, plain)).toBe('████');
    expect(progressBar(Number.NaN, 4, plain)).toBe('░░░░');
  });
});

describe('sparkline', () => {
  test('falls from the highest block to the lowest', () => expect(sparkline([8, 7, 6, 5, 4, 3, 2, 1], 8)).toBe('█▇▆▅▄▃▂▁'));
  test('averages a long series into its width', () => expect(sparkline([4, 4, 3, 3, 2, 2, 1, 1], 4)).toBe('█▆▃▁'));
  test('is flat for one value and empty for none', () =>
    expect([sparkline([2], 8), sparkline([], 8), sparkline([Number.NaN], 8)]).toEqual(['▁', '', '']));
});

describe('intervalBar', () => {
  const axis = { low: 0, high: 1 };
  test('puts low, value and high where they lie', () =>
    expect(intervalBar({ value: 0.5, low: 0.2, high: 0.8 }, axis, 11, plain)).toBe('··╺━━●━━╸··'));
  test('marks zero outside and inside the interval', () => {
    const around = { low: -0.5, high: 0.5 };
    expect(intervalBar({ value: 0.3, low: 0.2, high: 0.4 }, around, 11, plain, { zero: 0 })).toBe('·····│·╺●╸·');
    expect(intervalBar({ value: 0.1, low: -0.2, high: 0.4 }, around, 11, plain, { zero: 0 })).toBe('···╺━│●━━╸·');
  });
  test('keeps an interval of no width to one mark', () => expect(intervalBar({ value: 1, low: 1, high: 1 }, axis, 5, plain)).toBe('····●'));
  test('has an axis of whole tenths', () =>
    expect(
      axisOf([
        { value: 0.5, low: 0.43, high: 0.6 },
        { value: 0.8, low: 0.71, high: 0.88 },
      ]),
    ).toEqual({ low: 0.4, high: 0.9 }));
});
