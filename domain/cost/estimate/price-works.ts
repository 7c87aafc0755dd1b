/** Counted steps become lines of an estimate, by the provider's own billing rule. */
import type { CatalogueModel, DatedPrice, HostingBilling, InferenceBilling, TrainingBilling } from '../../../contracts/catalogue.ts';
import type { EstimateLine, UsdRange } from '../../../contracts/estimate.ts';
import { hostingCost, inferenceCost, trainingCost } from '../bill.ts';
import { toUsd } from '../money.ts';
import { answerBilling, trainingBilling } from '../price-book.ts';
import { type TrainingSpeed, trainingMs } from './training-time.ts';
import { type CountedAnswers, type CountedTraining, type CountedWork, isTraining, type Range } from './count-works.ts';

export interface PricedModel {
  readonly model: CatalogueModel | null;
  readonly price: DatedPrice | null;
  readonly speed: TrainingSpeed;
  readonly answersInBatches: boolean;
}

/** Own machines: what one answer takes until it is measured. */
const msPerAnswer = 1_000;
/** A deployment comes up in minutes, and answers a few questions at a time. */
const deploymentMs = { low: 5 * 60_000, value: 15 * 60_000, high: 3_600_000 } as const;

/** Trained in a second, and answers in less than a thousandth of one. */
const isLinear = (base: string): boolean => base === 'classical' || base === 'embedding';

export function lineOf(counted: CountedWork, priced: PricedModel): EstimateLine {
  return isTraining(counted) ? trainingLine(counted, priced) : answersLine(counted, priced);
}

function trainingLine({ work, file, validation }: CountedTraining, { price, speed }: PricedModel): EstimateLine {
  const billing = price && trainingBilling(price, work.method);
  const evaluations = (billing?.rule === 'per-trained-token' && billing.evaluations) || 0;
  const of = (pick: keyof Range) => {
    const trainedTokens = Math.ceil(file[pick] * work.epochs) + evaluations * validation[pick];
    return { fileTokens: file[pick], trainedTokens, ms: trainingMs(trainedTokens, speed, pick === 'high') };
  };
  const { label, provider, base } = work;
  return {
    kind: 'training',
    label,
    provider,
    base,
    trainedTokens: of('value').trainedTokens * work.times,
    inputTokens: null,
    outputTokens: null,
    hours: provider === 'local' && !isLinear(base) ? (of('value').ms * work.times) / 3_600_000 : null,
    usd: billing && usdOf((pick) => work.times * trainingCost(billing, of(pick), 'nearest')),
    rule: billing ? trainingRule(billing) : 'no price is known',
    price: billing?.rule === 'free' ? null : sourceOf(price),
  };
}

function answersLine({ work, input, output }: CountedAnswers, { price, answersInBatches }: PricedModel): EstimateLine {
  const billing = price && answerBilling(price, work.isTuned);
  const { kind, label, provider, base } = work;
  const ms = isLinear(base) ? 0 : work.conversations.length * msPerAnswer;
  return {
    kind,
    label,
    provider,
    base,
    trainedTokens: null,
    inputTokens: input.value * work.times,
    outputTokens: output.value * work.times,
    hours: provider === 'local' && ms > 0 ? (ms * work.times) / 3_600_000 : null,
    usd:
      billing &&
      usdOf(
        (pick) =>
          work.times * inferenceCost(billing, { inputTokens: input[pick], outputTokens: output[pick], isBatch: answersInBatches, ms }, 'nearest'),
      ),
    rule: billing ? answersRule(billing, provider, answersInBatches) : 'no price is known',
    price: billing && isFree(billing) && provider === 'local' ? null : sourceOf(price),
  };
}

/** The deployment of a tuned model while it is evaluated; null where it answers without one of its own. */
export function hostingLine({ work }: CountedTraining, { price }: PricedModel): EstimateLine | null {
  const billing = price?.hosting;
  if (!billing || Number(billing.usdPerHour) === 0) return null;
  return {
    kind: 'hosting',
    label: `${work.label} while it is evaluated`,
    provider: work.provider,
    base: work.base,
    trainedTokens: null,
    inputTokens: null,
    outputTokens: null,
    hours: deploymentMs.value / 3_600_000,
    usd: usdOf((pick) => hostingCost({ usdPerHour: billing.usdPerHour }, deploymentMs[pick], 'nearest')),
    rule: hostingRule(billing),
    price: sourceOf(price),
  };
}

const usdOf = (costOf: (pick: keyof Range) => number): UsdRange => ({
  value: toUsd(costOf('value')),
  low: toUsd(costOf('low')),
  high: toUsd(costOf('high')),
});
const sourceOf = (price: DatedPrice | null): EstimateLine['price'] =>
  price && { from: price.from, asOf: price.asOf, source: price.source, confirmedOn: price.confirmed?.on ?? null };

function trainingRule(billing: TrainingBilling): string {
  const least = 'minimumUsd' in billing && billing.minimumUsd ? `, at least $${billing.minimumUsd}` : '';
  switch (billing.rule) {
    case 'free':
      return 'own machine';
    case 'per-trained-token':
      return `$${billing.usdPerMillion} per million tokens${billing.countsEpochs ? ' of each epoch' : ''}${billing.evaluations ? ', validation rows as well' : ''}${least}`;
    case 'per-hour':
      return `$${billing.usdPerHour} per hour${least}`;
  }
}

const isFree = ({ usdPerMillionInput, usdPerMillionOutput, usdPerHour = '0' }: InferenceBilling): boolean =>
  [usdPerMillionInput, usdPerMillionOutput, usdPerHour].every((usd) => Number(usd) === 0);

function answersRule(billing: InferenceBilling, provider: string, inBatches: boolean): string {
  const { usdPerMillionInput: input, usdPerMillionOutput: output, usdPerHour, batchDiscount } = billing;
  if (isFree(billing)) return provider === 'local' ? 'own machine' : 'by the hour of its deployment';
  if (usdPerHour) return `$${usdPerHour} per hour`;
  const share = inBatches && batchDiscount ? `, ${Math.round(Number(batchDiscount) * 100)} % off in batches` : '';
  return `$${input} in and $${output} out per million tokens${share}`;
}

const hostingRule = (billing: HostingBilling): string => `$${billing.usdPerHour} per hour`;
