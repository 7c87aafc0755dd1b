import type { IsoDate } from '../../../contracts/catalogue.ts';
import type { EstimateLine, MemoryFit, UsdRange } from '../../../contracts/estimate.ts';
import type { PipelineSpec } from '../../../contracts/pipeline-spec.ts';
import { dollars } from '../../report/wording.ts';
import type { PricedModel } from './price-works.ts';

const soonDays = 90;

interface Estimated {
  readonly spec: PipelineSpec;
  readonly models: readonly (PricedModel & { readonly provider: string; readonly base: string })[];
  readonly lines: readonly EstimateLine[];
  readonly memory: readonly MemoryFit[];
  readonly total: UsdRange;
  readonly today: IsoDate;
}

/** What could not be priced, and what somebody should know before money is spent. One sentence each. */
export function warningsOf({ spec, models, lines, memory, total, today }: Estimated): string[] {
  const unpriced = [...new Set(lines.filter((line) => line.usd === null).map((line) => `${line.provider}/${line.base}`))];
  const soon = new Date(Date.parse(`${today}T00:00:00Z`) + soonDays * 86_400_000).toISOString().slice(0, 10);
  const from = (day: IsoDate) => (day <= today ? `since ${day}` : `from ${day} on`);
  const ending = models.flatMap(({ provider, base, model }) => {
    const { noNewJobsFrom = null, shutdown = null } = model?.retirement ?? {};
    const note = model?.retirement.note;
    return [
      ...(note && shutdown === null ? [`${base} at ${provider}: ${note}`] : []),
      ...(noNewJobsFrom && noNewJobsFrom <= soon ? [`${provider} takes no new training job for ${base} ${from(noNewJobsFrom)}`] : []),
      ...(shutdown && shutdown <= soon ? [`${base} answers no more at ${provider} ${from(shutdown)}`] : []),
    ];
  });
  const standing = models.flatMap(({ provider, base, price }) => {
    const hourly = Number(price?.hosting?.usdPerHour ?? 0);
    const isTuned = spec.candidates.tuned.some((t) => t.provider === provider && t.base === base);
    return hourly > 0 && isTuned
      ? [`a tuned ${base} that serves at ${provider} costs ${dollars(hourly * 24)} a day, asked or not; that is not in the total`]
      : [];
  });
  return [
    ...unpriced.map((name) => {
      const effect = spec.budget ? 'a run with a budget refuses it' : 'its steps are not in the total';
      return `no price is known for ${name}: ${effect}; docs/money.md shows how to write one`;
    }),
    ...(spec.budget && total.high > spec.budget.usd
      ? [`up to ${dollars(total.high)} may be needed, and the budget is ${dollars(spec.budget.usd)}: the run will stop and ask`]
      : []),
    ...memory
      .filter((fit) => fit.fits === false)
      .map((fit) => `${fit.label} needs about ${gib(fit.neededBytes)} of memory, and the machine has ${gib(fit.availableBytes ?? 0)}`),
    ...ending,
    ...standing,
    ...(Object.keys(spec.evaluation.suites).length > 0 ? ['the questions of suites are not in the total'] : []),
    ...(spec.evaluation.judge ? ['the questions to the judge are not in the total'] : []),
  ];
}

const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
