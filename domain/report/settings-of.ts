import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import { ablationName } from '../run/plan-ablation.ts';
import { plannedCandidates } from '../run/plan.ts';
import type { JobReport } from './report-data.ts';

/** What a candidate's training was asked for; empty for arms that have no settings. Plan and spec list candidates in the same order. */
export function settingsOf(spec: PipelineSpec, candidate: string): JobReport['hyperparameters'] {
  const planned = plannedCandidates(spec);
  const at = planned.findIndex((t) => t.name === candidate || ablationName(t.name) === candidate);
  const tuned = spec.candidates.tuned.flatMap((t) => t.seeds.map(() => t))[at];
  const plan = planned[at];
  if (!tuned || !plan) return {};
  return {
    method: tuned.method,
    seed: plan.seed,
    ...tuned.hyperparameters,
    ...(tuned.rag ? { rag: true } : {}),
    ...(tuned.frozenLayers ? { frozenLayers: tuned.frozenLayers } : {}),
  };
}
