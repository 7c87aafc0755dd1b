/** The catalogue with a user's own prices laid over it, asked by provider, base and day. */
import type { CatalogueModel, CatalogueOverride, DatedPrice, InferenceBilling, IsoDate, TrainingBilling } from '../../contracts/catalogue.ts';

export interface PriceBook {
  /** Every model known, the user's terms applied. */
  readonly models: readonly CatalogueModel[];
  find(provider: string, base: string): CatalogueModel | null;
  /** The price in force on a day; null where none is known. */
  priceOn(provider: string, base: string, day: IsoDate): DatedPrice | null;
}

/** @example const book = priceBook(catalogue, overrides); book.priceOn('together', 'meta-llama/…', '2026-11-22') */
export function priceBook(catalogue: readonly CatalogueModel[], overrides: readonly CatalogueOverride[] = []): PriceBook {
  const models = overrides.reduce(layOver, catalogue);
  const find = (provider: string, base: string): CatalogueModel | null =>
    models.find((m) => m.provider === provider && (m.base === base || m.aliases?.includes(base))) ??
    models.find((m) => m.provider === provider && m.base === anyBase) ??
    null;
  return {
    models: models.filter((m) => m.base !== anyBase),
    find,
    priceOn: (provider, base, day) => priceOn(find(provider, base)?.prices ?? [], day),
  };
}

/** Terms of a provider for every base that has no entry of its own: own machines cost the same whatever they train. */
export const anyBase = '*';

/** The latest price that holds on `day`; ISO dates compare as text. */
export const priceOn = (prices: readonly DatedPrice[], day: IsoDate): DatedPrice | null =>
  prices.filter((p) => p.from <= day).reduce<DatedPrice | null>((latest, p) => (latest && latest.from > p.from ? latest : p), null);

export const trainingBilling = (price: DatedPrice, method: string): TrainingBilling => price.training[method as 'lora'] ?? price.training.default;
export const answerBilling = (price: DatedPrice, isTuned: boolean): InferenceBilling =>
  isTuned ? (price.tunedInference ?? price.inference) : price.inference;

/** Terms for any base are laid over every base of the provider. */
function layOver(models: readonly CatalogueModel[], { provider, base, ...terms }: CatalogueOverride): readonly CatalogueModel[] {
  const isMeant = (m: CatalogueModel) => m.provider === provider && (base === anyBase || m.base === base);
  if (models.some((m) => isMeant(m) && m.base === base)) return models.map((m) => (isMeant(m) ? { ...m, ...terms } : m));
  if (base === anyBase) return [...models.map((m) => (isMeant(m) ? { ...m, ...terms } : m)), { ...unknownModel(provider, base), ...terms }];
  return [...models, { ...unknownModel(provider, base), ...terms }];
}

/** What is known of a model that only a user's own file names: nothing but that. */
const unknownModel = (provider: string, base: string): CatalogueModel => ({
  provider,
  base,
  tunable: true,
  methods: [],
  contextTokens: null,
  tokenizer: null,
  licence: { name: 'unknown', url: '', commercialUse: 'unknown', outputsMayTrainOthers: 'unknown', asOf: '1970-01-01' },
  retirement: { noNewJobsFrom: null, shutdown: null, source: 'user', asOf: '1970-01-01' },
  prices: [],
});
