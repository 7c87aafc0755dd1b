import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import { ablationName } from '../run/plan-ablation.ts';
import { plannedCandidates } from '../run/plan.ts';
import { controlsOf } from '../training/controls.ts';
import type { JobReport } from './report-data.ts';

/** What a candidate's training was asked for; empty for arms that have no settings. Plan and spec list candidates in the same order. */
export function settingsOf(spec: PipelineSpec, candidate: string): JobReport['hyperparameters'] {
  const planned = plannedCandidates(spec);
  const at = planned.findIndex((t) => t.name === candidate || ablationName(t.name) === candidate);
  const tuned = spec.candidates.tuned.flatMap((t) => t.seeds.map(() => t))[at];
  const plan = planned[at];
  if (!tuned || !plan) return {};
  const settings: Record<string, unknown> = {
    method: tuned.method,
    seed: plan.seed,
    ...tuned.hyperparameters,
    ...(tuned.rag ? { rag: true } : {}),
    ...controlsOf(tuned),
    ...(tuned.startFrom ? { startFrom: tuned.startFrom } : {}),
  };
  const shown = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(shown.map(([name, value]) => [name, isPlain(value) ? value : JSON.stringify(value)]));
}

const isPlain = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value);
