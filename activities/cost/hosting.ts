/** Hosting, bought by the hour: the first hour is reserved before a model is deployed; what it costs is written per UTC day while it stands. */
import type { HostingBilling } from '../../contracts/catalogue.ts';
import type { Hosting } from '../../db/queries/hostings.ts';
import { accrue } from '../../db/queries/spend.ts';
import { hostingCost } from '../../domain/cost/bill.ts';
import { perUtcDay } from '../../domain/cost/per-utc-day.ts';
import type { ActivityDeps } from '../deps.ts';
import { reserveMoney } from './reserve.ts';

const hourMs = 3_600_000;

const lineOf = (hosting: Hosting, day: string) => ({
  run: hosting.run,
  purpose: `hosting:${hosting.id}:${day}`,
  kind: 'hosting' as const,
  label: hosting.model,
  provider: hosting.provider,
});
const isFree = (billing: HostingBilling) => Number(billing.usdPerHour) === 0;

/** @throws BudgetExceeded before anything is deployed */
export async function reserveHosting(deps: ActivityDeps, hosting: Hosting): Promise<void> {
  if (!hosting.billing || isFree(hosting.billing)) return;
  const line = lineOf(hosting, hosting.startedAt.toISOString().slice(0, 10));
  await reserveMoney(deps, { ...line, microUsd: hostingCost(hosting.billing, hourMs, 'up'), isSharedOnceSettled: true });
}

/** Brings a hosting's lines up to `now`: whole days are settled, and so is the last one when it has ended. Repeating it changes nothing. */
export async function settleHosting(deps: Pick<ActivityDeps, 'db'>, hosting: Hosting, now: Date, hasEnded: boolean): Promise<void> {
  const { billing } = hosting;
  if (!billing || isFree(billing)) return;
  const days = perUtcDay(hosting.startedAt, now);
  for (const [i, { day, ms }] of days.entries())
    await accrue(deps.db, lineOf(hosting, day), {
      microUsd: hostingCost(billing, ms, 'nearest'),
      isFinal: hasEnded || i < days.length - 1,
      at: new Date(`${day}T00:00:00Z`),
    });
}
