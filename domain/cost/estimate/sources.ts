import type { IsoDate } from '../../../contracts/catalogue.ts';
import type { TrainingMachine } from '../../../contracts/estimate.ts';
import type { PriceBook } from '../price-book.ts';
import { priceOn } from '../price-book.ts';
import { type CountByTrainer, tokenCounter } from '../tokens.ts';
import type { EstimateSources } from './estimate-run.ts';
import { speedOf } from './training-time.ts';

/** What estimating needs of the world; the worker and the server each have it. */
export interface EstimateWorld {
  readonly prices: PriceBook;
  readonly today: IsoDate;
  readonly count: CountByTrainer;
  readonly machine: (base: string) => Promise<TrainingMachine | null>;
  readonly answersInBatches: (provider: string) => boolean;
  /** Mean of the jobs that have trained this base there; null where none has. */
  readonly usualTokensPerSecond: (provider: string, base: string) => Promise<number | null>;
}

export const sourcesOf = ({ prices, today, count, machine, answersInBatches, usualTokensPerSecond }: EstimateWorld): EstimateSources => ({
  machine,
  counter: (provider, base) => tokenCounter(prices.find(provider, base)?.tokenizer ?? null, { base, count }),
  priced: async (provider, base) => {
    const model = prices.find(provider, base);
    return {
      model,
      price: priceOn(model?.prices ?? [], today),
      speed: speedOf(await usualTokensPerSecond(provider, base)),
      answersInBatches: answersInBatches(provider),
    };
  },
});
