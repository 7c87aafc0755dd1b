/** What a run is expected to cost, before anything is spent: `tunegate estimate FILE --json` prints this document. */
import type { TaskShape } from './artifact.ts';
import type { IsoDate, LicenceTerms, Retirement } from './catalogue.ts';
import type { PipelineSpecInput } from './pipeline-spec.ts';
import type { Row, Split } from './rows.ts';

/** `POST /api/estimates`: the rows as a run would freeze them. */
export interface EstimateRequest {
  readonly spec: PipelineSpecInput;
  readonly task: TaskShape;
  readonly rows: Readonly<Record<Split, readonly Row[]>>;
}

/** US dollars. `low` and `high` follow from the stated error of the token counts; they are equal where tokens were counted exactly. */
export interface UsdRange {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface EstimateDocument {
  readonly name: string;
  readonly total: UsdRange;
  readonly budget: number | null;
  /** Whether `total.high` fits into the budget; null without one. */
  readonly withinBudget: boolean | null;
  readonly lines: readonly EstimateLine[];
  /** How the tokens of each model were counted. */
  readonly tokens: readonly TokenCounting[];
  /** Whether each training that runs on an own machine fits into its memory. */
  readonly memory: readonly MemoryFit[];
  readonly licences: readonly { readonly provider: string; readonly base: string; readonly terms: LicenceTerms }[];
  readonly retirements: readonly { readonly provider: string; readonly base: string; readonly retirement: Retirement }[];
  /** What could not be priced, or deserves attention. */
  readonly warnings: readonly string[];
}

export interface EstimateLine {
  readonly kind: 'training' | 'evaluation' | 'synthesis' | 'hosting';
  /** Arm or step. */
  readonly label: string;
  readonly provider: string;
  readonly base: string;
  /** Tokens billed: trained ones with their epochs, or input and output. */
  readonly trainedTokens: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly hours: number | null;
  /** Null where no price is known. */
  readonly usd: UsdRange | null;
  /** The rule by which the provider bills, in words. */
  readonly rule: string;
  readonly price: {
    readonly from: IsoDate;
    readonly asOf: IsoDate;
    readonly source: string;
    /** When it was compared with the provider's own page; null where nobody could. */
    readonly confirmedOn: IsoDate | null;
  } | null;
}

export interface TokenCounting {
  readonly provider: string;
  readonly base: string;
  /** `own tokenizer` is exact; `estimated` is off by at most `error` as a share of the whole, by what was measured (docs/money.md). */
  readonly method: 'own tokenizer' | 'estimated';
  readonly tokenizer: string;
  readonly error: number;
}

export interface MemoryFit {
  readonly label: string;
  readonly base: string;
  readonly neededBytes: number;
  /** Null where the machine does not say. */
  readonly availableBytes: number | null;
  readonly fits: boolean | null;
}

/** A base as its configuration describes it. Widths in elements. */
export interface BaseShape {
  readonly parameters: number;
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  /** Of keys, and of values: less than `width` where heads share them. */
  readonly keyValueWidth: number;
  readonly feedForward: number;
  readonly vocabulary: number;
}

/** The machine that trains. */
export interface TrainingMachine {
  /** Null where the system does not say. */
  readonly memoryBytes: number | null;
  /** In which it trains. */
  readonly precision: 'fp32' | 'bf16';
  /** Null for what is no language model. */
  readonly base: BaseShape | null;
}
