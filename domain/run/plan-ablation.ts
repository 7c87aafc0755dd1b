import type { TunedPlan } from '../../contracts/plan.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';

export const ablationName = (candidate: string): string => `${candidate}-real-rows`;

/** The first tuned candidate once more, without its synthetic rows (`synthesis.ablation`): trained to see what those brought, and never offered. */
export function planAblation(spec: PipelineSpec, first: TunedPlan | undefined): TunedPlan[] {
  if (first === undefined || !isWanted(spec)) return [];
  return [
    {
      ...first,
      name: ablationName(first.name),
      recipe: `${first.recipe ?? ''} without synthetic rows`,
      trial: { of: first.name, withoutSynthetic: true },
    },
  ];
}

/** Training twice costs twice: by itself only where a budget says what the run may cost. */
function isWanted({ synthesis, budget }: PipelineSpec): boolean {
  if (synthesis === undefined || synthesis.ablation === 'never') return false;
  return synthesis.ablation === 'always' || (budget?.usd ?? 0) > 0;
}
