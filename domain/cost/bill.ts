/** What a provider's rules make of usage. The same functions price an estimate (rounded up) and a settlement (to the nearest micro-dollar). */
import type { HostingBilling, InferenceBilling, TrainingBilling } from '../../contracts/catalogue.ts';
import { type MicroUsd, parseUsd, type Rounding, scale } from './money.ts';

const million = 1_000_000;
const msPerHour = 3_600_000;

/** `trainedTokens` counts each epoch, as providers report it; `fileTokens` are those of the file once. */
export interface TrainingUsage {
  readonly fileTokens: number;
  readonly trainedTokens: number;
  /** Wall-clock of the machine. */
  readonly ms: number;
}
export interface InferenceUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly isBatch: boolean;
  /** Wall-clock of the machine that answered, for own machines. */
  readonly ms: number;
}

/**
 * @example trainingCost({ rule: 'per-trained-token', usdPerMillion: '0.48', countsEpochs: true, minimumUsd: '4' }, usage, 'nearest')
 */
export function trainingCost(billing: TrainingBilling, usage: TrainingUsage, rounding: Rounding): MicroUsd {
  switch (billing.rule) {
    case 'free':
      return 0;
    case 'per-trained-token': {
      const tokens = billing.countsEpochs ? usage.trainedTokens : usage.fileTokens;
      return atLeast(billing.minimumUsd, scale(parseUsd(billing.usdPerMillion), tokens, million, rounding));
    }
    case 'per-hour':
      return atLeast(billing.minimumUsd, hours(billing.usdPerHour, usage.ms, rounding));
  }
}

/** Input and output are added before they are rounded, so that a request is never rounded twice. */
export function inferenceCost(billing: InferenceBilling, usage: InferenceUsage, rounding: Rounding): MicroUsd {
  const share = usage.isBatch && billing.batchDiscount ? million - parseUsd(billing.batchDiscount) : million;
  if (share < 0) throw new RangeError('a discount takes off at most the whole price');
  const full =
    BigInt(parseUsd(billing.usdPerMillionInput)) * BigInt(usage.inputTokens) +
    BigInt(parseUsd(billing.usdPerMillionOutput)) * BigInt(usage.outputTokens);
  const divisor = BigInt(million) * BigInt(million);
  const add = rounding === 'up' ? divisor - 1n : divisor / 2n;
  const machine = billing.usdPerHour ? hours(billing.usdPerHour, usage.ms, rounding) : 0;
  return Number((full * BigInt(share) + add) / divisor) + machine;
}

/** A deployed model's price for the time that it stands there. */
export const hostingCost = (billing: HostingBilling, ms: number, rounding: Rounding): MicroUsd =>
  hours(billing.usdPerHour, ms, rounding) +
  (billing.usdPerMonth ? scale(parseUsd(billing.usdPerMonth), Math.ceil(ms), 30 * 24 * msPerHour, rounding) : 0);

/** Own machines: wall-clock × price per hour. */
export const hours = (usdPerHour: string, ms: number, rounding: Rounding): MicroUsd =>
  scale(parseUsd(usdPerHour), Math.ceil(ms), msPerHour, rounding);

const atLeast = (minimum: string | undefined, cost: MicroUsd): MicroUsd => Math.max(minimum ? parseUsd(minimum) : 0, cost);
