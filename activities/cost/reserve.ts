import { BudgetExceeded, TunegateError } from '../../contracts/errors.ts';
import type { BudgetQuestion, SpendLimit } from '../../contracts/budget.ts';
import type { DatedPrice } from '../../contracts/catalogue.ts';
import { type Purchase, type Reservation, reserve } from '../../db/queries/spend.ts';
import { runById } from '../../db/queries/run-end.ts';
import { formatUsd, parseUsd } from '../../domain/cost/money.ts';
import type { ActivityDeps } from '../deps.ts';
import { loadRun } from '../run/spec.ts';

const limitNames: Readonly<Record<SpendLimit, string>> = {
  budget: "the run's budget",
  'pipeline-day': "this pipeline's ceiling per day",
  day: "the installation's ceiling per day",
};

/**
 * Takes a step's money before the step begins. `paid` where it was paid for before, by whichever run.
 * @throws BudgetExceeded with the question that the run then asks
 */
export async function reserveMoney(deps: ActivityDeps, purchase: Purchase): Promise<'reserved' | 'paid'> {
  const { spec } = await loadRun(deps, purchase.run);
  const pipelineDay = spec.budget?.usdPerDay === undefined ? null : parseUsd(spec.budget.usdPerDay, 'budget.usdPerDay');
  const now = new Date();
  const answer = await reserve(deps.db, purchase, { day: deps.cost.perDayMicroUsd, pipelineDay }, now);
  if (answer.status === 'refused') throw exceeded(purchase, answer, now);
  return answer.status;
}

function exceeded(
  purchase: Purchase,
  { limit, limitMicroUsd, takenMicroUsd }: Extract<Reservation, { status: 'refused' }>,
  now: Date,
): BudgetExceeded {
  const step = `${purchase.kind} of ${purchase.label} at ${purchase.provider}`;
  const tomorrow = new Date(`${now.toISOString().slice(0, 10)}T00:00:00Z`).getTime() + 86_400_000;
  // A step that alone is larger than a day's ceiling would not begin tomorrow either.
  const isTomorrowBetter = limit !== 'budget' && purchase.microUsd <= limitMicroUsd;
  const question: BudgetQuestion = {
    step,
    limit,
    limitMicroUsd,
    takenMicroUsd,
    neededMicroUsd: purchase.microUsd,
    retryAt: isTomorrowBetter ? new Date(tomorrow).toISOString() : null,
  };
  return new BudgetExceeded(question, {
    message: `${step} needs up to ${formatUsd(purchase.microUsd)}, and ${formatUsd(takenMicroUsd)} of ${formatUsd(limitMicroUsd)} are taken: it would pass ${limitNames[limit]}`,
    where: purchase.run,
    remedy:
      limit === 'budget'
        ? `tunegate extend-budget ${purchase.run} --usd ${(Math.ceil((takenMicroUsd + purchase.microUsd - limitMicroUsd) / 10_000) / 100).toFixed(2)}`
        : 'wait for the next day, or raise the ceiling (TUNEGATE_USD_PER_DAY, budget.usdPerDay)',
  });
}

/**
 * The price in force today. Null where none is known and nothing limits the run.
 * @throws TunegateError `bad_spec` where a limit is set that could not be kept
 */
export async function priceFor(deps: ActivityDeps, run: string, provider: string, base: string): Promise<DatedPrice | null> {
  const price = deps.cost.prices.priceOn(provider, base, new Date().toISOString().slice(0, 10));
  if (price) return price;
  const { budgetMicroUsd } = await runById(deps.db, run);
  if (budgetMicroUsd === null && deps.cost.perDayMicroUsd === null) return null;
  throw new TunegateError('bad_spec', `no price is known for ${base} at ${provider}, so that no budget can be kept`, {
    where: `${provider}/${base}`,
    remedy: 'write its price into the file that TUNEGATE_PRICES names (see docs/money.md), or take the budget out',
  });
}
