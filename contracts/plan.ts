/** What activities tell workflows: names, references and small numbers, never rows. */
import type { ArtifactRef, GateVerdict, JobStatus, RowCounts } from './run.ts';

export interface UntunedPlan {
  readonly name: string;
  readonly kind: 'zero-shot' | 'few-shot' | 'rag' | 'classical' | 'embedding';
  readonly provider: string;
  readonly base: string;
  readonly examples: number;
  /** How examples are chosen; absent: some of each label. */
  readonly select?: 'random' | 'similar';
  /** Instead of the task's instruction. */
  readonly instruction?: string;
}
export interface TunedPlan {
  readonly name: string;
  readonly provider: string;
  readonly base: string;
  readonly method: string;
  readonly seed: number;
  readonly rag: boolean;
  /** Candidates that differ in their seed only have one recipe. */
  readonly recipe?: string;
  readonly trial?: Trial;
}

/** What a trial changes of the candidate that it belongs to. Trials answer validation rows only, except the one without synthetic rows. */
export interface Trial {
  readonly of: string;
  readonly hyperparameters?: Readonly<Record<string, number>>;
  /** Of the training rows. */
  readonly share?: number;
  readonly withoutSynthetic?: true;
}

/** Successive halving: every setting for a few epochs, the best of them for more. */
export interface SweepPlan {
  readonly candidate: TunedPlan;
  readonly settings: readonly Readonly<Record<string, number>>[];
  /** How long each setting is trained on each rung, in the order of `settings`; then the best `keep` go on. */
  readonly rungs: readonly { readonly epochs: readonly number[]; readonly keep: number }[];
  readonly maximumMs: number | null;
  readonly maximumMicroUsd: number | null;
}

/** One trial as it ended; `arm` is null where it did not come to an end, `value` the gate's metric on validation rows. */
export interface TrialResult {
  readonly name: string;
  readonly setting: number;
  readonly rung: number;
  readonly hyperparameters: Readonly<Record<string, number>>;
  readonly arm: Arm | null;
  readonly value: number | null;
  readonly stoppedBy: string | null;
}
export interface SweepResult {
  readonly of: string;
  readonly trials: readonly TrialResult[];
  /** Trial that the candidate was made from. */
  readonly winner: string | null;
  /** Why there were no more trials; null where the plan was carried out. */
  readonly stoppedBy: 'time' | 'budget' | null;
}
/** Validation rows after training on a share of the training rows. */
export interface LearningPoint {
  readonly share: number;
  readonly arm: string;
  readonly artifact: ArtifactRef;
}

export interface PipelinePlan {
  readonly endpoint: string;
  readonly untuned: readonly UntunedPlan[];
  readonly tuned: readonly TunedPlan[];
  readonly sweep?: SweepPlan;
  /** Shares of the training rows that the first candidate is also trained on. */
  readonly learningCurve?: readonly number[];
  /** Provider of the model that grades answers. */
  readonly judgeProvider?: string;
  readonly hasKnowledge: boolean;
  readonly hasSynthesis: boolean;
  /** Suites are asked after the test rows. */
  readonly hasSuites?: boolean;
  /** Provider of the model that writes synthetic rows; null without synthesis. */
  readonly teacherProvider?: string | null;
  /** How long people have to answer when the next step would pass the budget; absent in histories from before runs asked. */
  readonly budgetTimeoutMs?: number;
  /** Providers whose tuned models stand on a deployment of their own, which is taken down when it is not needed; absent in older histories. */
  readonly dedicated?: readonly string[];
  readonly approval: { readonly required: number; readonly timeoutMs: number; readonly escalateTo: readonly string[] };
  readonly canary: { readonly strategy: 'canary' | 'all-at-once'; readonly share: number; readonly forMs: number; readonly maxErrorRate: number };
}

export interface FrozenDataset {
  readonly hash: ArtifactRef;
  readonly train: ArtifactRef;
  readonly validation: ArtifactRef;
  readonly test: ArtifactRef;
  /** Rows held out of training because the champion's dataset does not have them; absent where there are none. */
  readonly fresh?: ArtifactRef;
  readonly rows: RowCounts;
  /** The index that arms retrieve from, where the spec has knowledge. */
  readonly knowledge?: ArtifactRef;
}

/** One way to answer, ready to be asked. */
export interface Arm {
  readonly name: string;
  readonly kind: 'untuned' | 'tuned' | 'champion';
  readonly artifact: ArtifactRef;
  readonly provider: string;
  readonly recipe?: string;
  /** Trained without synthetic rows, to see what those brought: compared, and never chosen. */
  readonly isAblation?: true;
  /** Of a champion: the run that it comes from, whose dataset it was trained on. */
  readonly run?: string;
}

export interface SubmittedJob {
  readonly key: string;
  readonly provider: string;
  readonly jobId: string;
  readonly adopted: boolean;
}
export interface EndedJob {
  readonly status: JobStatus;
  readonly error: string | null;
}

/** What was tried on validation rows beside the candidates themselves; for the report. */
export interface Trials {
  readonly sweep: SweepResult | null;
  readonly learning: readonly LearningPoint[];
}

export interface GateOutcome {
  readonly verdict: GateVerdict | null;
  /** What a person is asked to approve; null when nothing is offered. */
  readonly offer: {
    readonly arm: string;
    readonly artifact: ArtifactRef;
    readonly evidence: ArtifactRef;
    readonly question: string;
    readonly acknowledge: readonly string[];
  } | null;
}
