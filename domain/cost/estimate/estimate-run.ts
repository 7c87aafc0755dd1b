/** What a run will cost, before it begins: every step counted by its model's tokenizer and priced by its provider's rule. */
import type { IsoDate } from '../../../contracts/catalogue.ts';
import type { EstimateDocument, EstimateLine, MemoryFit, TrainingMachine, UsdRange } from '../../../contracts/estimate.ts';
import type { TokenCounter } from '../tokens.ts';
import { type CountedWork, countWorks, isTraining } from './count-works.ts';
import { memoryFit } from './memory.ts';
import { hostingLine, lineOf, type PricedModel } from './price-works.ts';
import { warningsOf } from './warnings.ts';
import { type EstimateInput, worksOf } from './works.ts';

/** What the world knows of a model; asked once for each. */
export interface EstimateSources {
  counter(provider: string, base: string): Promise<TokenCounter>;
  priced(provider: string, base: string): Promise<PricedModel>;
  /** Of the machine that trains, for own ones; null where nobody can say. */
  machine(base: string): Promise<TrainingMachine | null>;
}

/** @example const estimate = await estimateRun({ spec, task, rows }, sources, '2026-11-27') */
export async function estimateRun(input: EstimateInput, sources: EstimateSources, today: IsoDate): Promise<EstimateDocument> {
  const counters = remembered(sources.counter);
  const prices = remembered(sources.priced);
  const counted = await countWorks(worksOf(input), counters);
  const lines = (await Promise.all(counted.map(async (c) => [c, await prices(c.work.provider, c.work.base)] as const))).flatMap(
    ([c, priced]): EstimateLine[] => {
      const hosting = isTraining(c) ? hostingLine(c, priced) : null;
      return [lineOf(c, priced), ...(hosting ? [hosting] : [])];
    },
  );
  const bases = [...new Map(counted.map(({ work }) => [`${work.provider}/${work.base}`, work])).values()];
  const models = await Promise.all(bases.map(async ({ provider, base }) => ({ provider, base, ...(await prices(provider, base)) })));
  const tokens = await Promise.all(
    bases.map(async ({ provider, base }) => {
      const { method, tokenizer, error } = await counters(provider, base);
      return { provider, base, method, tokenizer, error };
    }),
  );
  const memory = await memoryOf(counted, sources);
  const total = totalOf(lines);
  const budget = input.spec.budget?.usd ?? null;
  return {
    name: input.spec.name,
    total,
    budget,
    withinBudget: budget === null ? null : total.high <= budget,
    lines,
    tokens,
    memory,
    licences: models.flatMap(({ provider, base, model }) => (model ? [{ provider, base, terms: model.licence }] : [])),
    retirements: models.flatMap(({ provider, base, model }) => (model ? [{ provider, base, retirement: model.retirement }] : [])),
    warnings: warningsOf({ spec: input.spec, models, lines, memory, total, today }),
  };
}

async function memoryOf(counted: readonly CountedWork[], { machine }: EstimateSources): Promise<MemoryFit[]> {
  const fits = counted.map(async (c) => {
    if (!isTraining(c) || c.work.provider !== 'local') return [];
    const { label, base, method, rank, batchSize } = c.work;
    const told = await machine(base).catch(() => null);
    const fit = told && memoryFit(label, base, { method, rank, batchSize, longestRow: c.longestRow, answerShare: c.answerShare }, told);
    return fit ? [fit] : [];
  });
  // Trials of one candidate need the same.
  return [...new Map((await Promise.all(fits)).flat().map((fit) => [`${fit.base} ${fit.neededBytes}`, fit])).values()];
}

const totalOf = (lines: readonly EstimateLine[]): UsdRange => {
  const of = (pick: keyof UsdRange) => Math.round(lines.reduce((sum, line) => sum + (line.usd?.[pick] ?? 0), 0) * 1e6) / 1e6;
  return { value: of('value'), low: of('low'), high: of('high') };
};

function remembered<T>(ask: (provider: string, base: string) => Promise<T>): (provider: string, base: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (provider, base) => {
    const key = `${provider}/${base}`;
    const answer = known.get(key) ?? ask(provider, base);
    known.set(key, answer);
    return answer;
  };
}
