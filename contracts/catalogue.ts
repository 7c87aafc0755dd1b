/**
 * What can be tuned where, and what it costs: the shape of the dated data in `providers/catalogue/`, and of a user's own prices that override it.
 * Amounts are decimal texts in US dollars, so that no binary fraction ever stands for money. Dates are `YYYY-MM-DD`.
 */

/** A decimal number as text, at most six digits after the point: `'0.48'`. */
export type UsdText = string;
/** `YYYY-MM-DD` */
export type IsoDate = string;

/**
 * How a provider bills training.
 * `per-trained-token`: trained tokens, each epoch counted where `countsEpochs`. `per-hour`: wall-clock of the machine.
 */
export type TrainingBilling =
  | { readonly rule: 'free' }
  | {
      readonly rule: 'per-trained-token';
      readonly usdPerMillion: UsdText;
      readonly countsEpochs: boolean;
      /** Tokens of the validation file are billed as well, once for each of this many evaluations; absent where they are not. */
      readonly evaluations?: number;
      /** Charged for a job at least. */
      readonly minimumUsd?: UsdText;
    }
  | { readonly rule: 'per-hour'; readonly usdPerHour: UsdText; readonly minimumUsd?: UsdText };

export interface InferenceBilling {
  readonly usdPerMillionInput: UsdText;
  readonly usdPerMillionOutput: UsdText;
  /** Own machines: their price per hour while they answer. */
  readonly usdPerHour?: UsdText;
  /** Share taken off for requests in a batch: `'0.5'` is half price. Absent where batches cost the same. */
  readonly batchDiscount?: UsdText;
}

/** What a deployed tuned model costs while nobody asks it. Absent where it is served by the token alone. */
export interface HostingBilling {
  readonly usdPerHour: UsdText;
  /** For keeping the weights. */
  readonly usdPerMonth?: UsdText;
}

/** Prices that hold from a day on, until a later entry. */
export interface DatedPrice {
  readonly from: IsoDate;
  /** The day that the figure is meant for. A user's prices are the user's word. */
  readonly asOf: IsoDate;
  /** The document that training and answer prices were compared with, and when; absent where nobody could confirm them. */
  readonly confirmed?: { readonly by: string; readonly on: IsoDate };
  /** Public page where it is to be compared; `user` in a user's own file. */
  readonly source: string;
  /** Keyed by method where it differs; `default` otherwise. */
  readonly training: Readonly<{ default: TrainingBilling } & Partial<Record<'lora' | 'full' | 'qlora' | 'dpo', TrainingBilling>>>;
  /** Of the untuned base. */
  readonly inference: InferenceBilling;
  /** Of a tuned model, where it costs other than the base. */
  readonly tunedInference?: InferenceBilling;
  readonly hosting?: HostingBilling;
}

export type Permission = 'yes' | 'no' | 'conditions' | 'unknown';
export interface LicenceTerms {
  /** SPDX identifier where there is one, else the document's name. */
  readonly name: string;
  readonly url: string;
  readonly commercialUse: Permission;
  /** May answers of this model train other models? */
  readonly outputsMayTrainOthers: Permission;
  /** The condition, in one sentence. */
  readonly note?: string;
  readonly asOf: IsoDate;
}

export interface Retirement {
  /** No new training job is taken from this day on; null: none announced. */
  readonly noNewJobsFrom: IsoDate | null;
  /** Answers end on this day; null: none announced. */
  readonly shutdown: IsoDate | null;
  /** What a date does not say, in one sentence. */
  readonly note?: string;
  readonly source: string;
  readonly asOf: IsoDate;
}

/**
 * Whose tokens are counted: an encoding of `js-tiktoken`; `trainer`, for what the trainer has under the base's own name; `hf:NAME`, a public model on
 * Hugging Face whose tokenizer the trainer fetches, where it may.
 */
export type Tokenizer = 'o200k_base' | 'cl100k_base' | 'trainer' | `hf:${string}`;

/** One base model at one provider. */
export interface CatalogueModel {
  readonly provider: string;
  /** The name that the provider's API takes, and that a pipeline file's `base` holds. */
  readonly base: string;
  readonly aliases?: readonly string[];
  readonly tunable: boolean;
  readonly methods: readonly string[];
  readonly contextTokens: number | null;
  /** Parameters in units of one, for the memory that tuning needs on own machines. */
  readonly parameters?: number;
  /** Null where it is not public: tokens are estimated. */
  readonly tokenizer: Tokenizer | null;
  readonly licence: LicenceTerms;
  readonly retirement: Retirement;
  /** Oldest first. */
  readonly prices: readonly DatedPrice[];
}

/** `GET /api/models`: a model with the price that is in force today, which is null where none is known. */
export interface ModelDocument extends Omit<CatalogueModel, 'prices'> {
  readonly price: DatedPrice | null;
}

/** A whole catalogue, or a user's own that is laid over it: same provider and base replace the entry's `prices`, `licence` or `retirement`. */
export interface CatalogueOverride {
  readonly provider: string;
  readonly base: string;
  readonly prices?: readonly DatedPrice[];
  readonly licence?: LicenceTerms;
  readonly retirement?: Retirement;
}
