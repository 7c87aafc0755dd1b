import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatUsd, parseUsd, scale, toUsd } from '../../../domain/cost/money.ts';

const amount = fc.integer({ min: 0, max: 10_000_000_000 });
const tokens = fc.integer({ min: 0, max: 1_000_000_000 });

describe('an amount', () => {
  test('is read exactly, digit by digit', () => {
    expect([parseUsd('0.48'), parseUsd('4'), parseUsd('0.000001'), parseUsd('12.345678'), parseUsd(0.1)]).toEqual([
      480_000, 4_000_000, 1, 12_345_678, 100_000,
    ]);
  });

  test('comes back as it was written, for every number of micro-dollars', () => {
    fc.assert(
      fc.property(amount, (micro) => {
        const text = `${Math.floor(micro / 1e6)}.${String(micro % 1e6).padStart(6, '0')}`;
        expect(parseUsd(text)).toBe(micro);
        expect(parseUsd(String(toUsd(micro)).includes('e') ? text : toUsd(micro))).toBe(micro);
      }),
    );
  });

  test.each(['-1', '1,5', '0.1234567', 'NaN', '', '1e3', 'free'])("refuses '%s'", (text) => {
    expect(() => parseUsd(text)).toThrow(/not an amount/);
  });

  test('is shown in cents, and with the digits that matter where cents would hide it', () => {
    expect([0, 1, 4_200, 100_000, 12_400_000, 1_234_567, 999_999_999, -2_500_000].map(formatUsd)).toEqual([
      '$0',
      '$0.000001',
      '$0.0042',
      '$0.10',
      '$12.40',
      '$1.23',
      '$1000.00',
      '−$2.50',
    ]);
  });
});

describe('scaling', () => {
  test('up is never below the exact product and less than one micro-dollar above it', () => {
    fc.assert(
      fc.property(amount, tokens, (price, n) => {
        const exact = BigInt(price) * BigInt(n);
        if (exact > 9_000_000_000_000_000_000_000n) return;
        const up = BigInt(scale(price, n, 1_000_000, 'up')) * 1_000_000n;
        expect(up >= exact && up - exact < 1_000_000n).toBe(true);
      }),
    );
  });

  test('to the nearest is never more than half a micro-dollar off', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), tokens, (price, n) => {
        const off = BigInt(scale(price, n, 1_000_000, 'nearest')) * 1_000_000n - BigInt(price) * BigInt(n);
        expect(off <= 500_000n && off >= -500_000n).toBe(true);
      }),
    );
  });

  test('a sum of many bills is the bill of the sum, within half a micro-dollar each', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 50 }), (parts) => {
        const whole = scale(
          480_000,
          parts.reduce((a, b) => a + b, 0),
          1_000_000,
          'nearest',
        );
        const summed = parts.reduce((sum, n) => sum + scale(480_000, n, 1_000_000, 'nearest'), 0);
        expect(Math.abs(whole - summed)).toBeLessThanOrEqual(parts.length / 2 + 0.5);
      }),
    );
  });

  test('refuses what is no whole number, rather than round it silently', () => {
    expect(() => scale(1.5, 1, 1, 'up')).toThrow(RangeError);
    expect(() => scale(1, -1, 1, 'up')).toThrow(RangeError);
  });
});
