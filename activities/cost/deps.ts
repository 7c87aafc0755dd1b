import type { PriceBook } from '../../domain/cost/price-book.ts';
import type { MicroUsd } from '../../domain/cost/money.ts';

/** What activities know of money, given once when a worker starts. */
export interface CostDeps {
  readonly prices: PriceBook;
  /** Ceiling per UTC day over all runs of this installation; null: none. */
  readonly perDayMicroUsd: MicroUsd | null;
}
