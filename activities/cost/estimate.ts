import type { FrozenDataset } from '../../contracts/plan.ts';
import { saveEstimate } from '../../db/queries/budgets.ts';
import { usualTokensPerSecond } from '../../db/queries/jobs.ts';
import { estimateRun } from '../../domain/cost/estimate/estimate-run.ts';
import { sourcesOf } from '../../domain/cost/estimate/sources.ts';
import { providerRow } from '../../providers/index.ts';
import { loadManifest } from '../dataset/manifest.ts';
import { readRows } from '../dataset/rows.ts';
import type { ActivityDeps } from '../deps.ts';
import { loadRun } from '../run/spec.ts';

/** Writes down what a run is expected to cost, now that its rows are known: the report holds it against what was paid. */
export async function estimateFrozen(deps: ActivityDeps, run: string, dataset: FrozenDataset): Promise<void> {
  const { spec } = await loadRun(deps, run);
  const { task } = await loadManifest(deps, dataset.hash);
  const [train, validation, test] = await Promise.all([
    readRows(deps, dataset.train),
    readRows(deps, dataset.validation),
    readRows(deps, dataset.test),
  ]);
  const today = new Date().toISOString().slice(0, 10);
  const sources = sourcesOf({
    prices: deps.cost.prices,
    today,
    count: async (model, request) => (await deps.providers('local').countTokens?.(model, request)) ?? [],
    machine: async (base) => (await deps.providers('local').machine?.(base)) ?? null,
    answersInBatches: (provider) => providerRow(provider)?.capabilities.batch ?? false,
    usualTokensPerSecond: (provider, base) => usualTokensPerSecond(deps.db, provider, base),
  });
  await saveEstimate(deps.db, run, await estimateRun({ spec, task, rows: { train, validation, test } }, sources, today));
}
