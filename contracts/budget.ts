/** What a run asks when its next step would pass a limit on money. Free of zod, so that workflows may import it. */

/** `budget`: the run's own. `pipeline-day` and `day`: ceilings per UTC day, for one pipeline's runs and for all. */
export type SpendLimit = 'budget' | 'pipeline-day' | 'day';

/** Whole micro-dollars throughout. */
export interface BudgetQuestion {
  /** What would be paid for, in words: `training of lora-smollm2-135m at together`. */
  readonly step: string;
  readonly limit: SpendLimit;
  readonly limitMicroUsd: number;
  /** Settled and reserved under this limit so far. */
  readonly takenMicroUsd: number;
  readonly neededMicroUsd: number;
  /** When the run looks again by itself, as at the end of a day; null: it waits for an extension. */
  readonly retryAt: string | null;
}

/** The least that `extend-budget` must add for the step to begin. */
export const shortBy = (q: BudgetQuestion): number => q.takenMicroUsd + q.neededMicroUsd - q.limitMicroUsd;
