/**
 * Money as whole micro-dollars (1 US dollar = 1 000 000). Every product is computed in integers and rounded once, at the end.
 * A JavaScript number holds such amounts exactly up to nine billion dollars.
 */
import { TunegateError } from '../../contracts/errors.ts';
import type { UsdText } from '../../contracts/catalogue.ts';

/** Whole micro-dollars. */
export type MicroUsd = number;

const microPerUsd = 1_000_000;

/**
 * Reads a decimal text, or a number as its shortest decimal text, exactly.
 * @example parseUsd('0.48') // 480000
 * @throws TunegateError `bad_spec` for anything but a decimal number, zero or above, with at most six digits after the point
 */
export function parseUsd(text: UsdText | number, where?: string): MicroUsd {
  const match = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(String(text).trim());
  if (!match) {
    throw new TunegateError('bad_spec', `'${text}' is not an amount in US dollars`, {
      where,
      remedy: 'write digits with at most six after the point, as in 0.48',
    });
  }
  return Number(match[1]) * microPerUsd + Number((match[2] ?? '').padEnd(6, '0'));
}

export type Rounding = 'up' | 'nearest';

/**
 * `amount × numerator ÷ denominator`, exact until one rounding: `up` for what is reserved, so that a reservation never falls short;
 * `nearest`, halves up, for what was used.
 */
export function scale(amount: MicroUsd, numerator: number, denominator: number, rounding: Rounding): MicroUsd {
  for (const n of [amount, numerator, denominator]) {
    if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`${n} is not a whole number of at least zero`);
  }
  const [product, divisor] = [BigInt(amount) * BigInt(numerator), BigInt(denominator)];
  const twice = rounding === 'up' ? divisor - 1n : divisor / 2n;
  const rounded = Number((product + twice) / divisor);
  if (!Number.isSafeInteger(rounded)) throw new RangeError('the amount is larger than can be counted exactly');
  return rounded;
}

/** `12.5` for 12 500 000: the number nearest to the exact decimal, for documents. */
export const toUsd = (micro: MicroUsd): number => micro / microPerUsd;

/** `$0`, `$0.0042`, `$12.40`: cents, and below ten cents the digits that matter. Exact: no binary fraction takes part. */
export function formatUsd(micro: MicroUsd): string {
  const whole = Math.floor(Math.abs(micro) / microPerUsd);
  const fraction = String(Math.abs(micro) % microPerUsd).padStart(6, '0');
  const sign = micro < 0 ? '−' : '';
  if (micro === 0) return '$0';
  if (Math.abs(micro) < 100_000) return `${sign}$0.${fraction.replace(/0+$/, '')}`;
  const cents = scale(Math.abs(micro), 1, 10_000, 'nearest');
  return Math.abs(micro) % 10_000 === 0
    ? `${sign}$${whole}.${fraction.slice(0, 2)}`
    : `${sign}$${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}
