import type { FrozenDataset, TunedPlan, UntunedPlan } from '../../contracts/plan.ts';

export interface TrainingInput {
  readonly run: string;
  readonly dataset: FrozenDataset;
  readonly candidate: TunedPlan | UntunedPlan;
}
