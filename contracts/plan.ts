/** What activities tell workflows: names, references and small numbers, never rows. */
import type { ArtifactRef, GateVerdict, JobStatus, RowCounts } from './run.ts';

export interface UntunedPlan {
  readonly name: string;
  readonly kind: 'zero-shot' | 'few-shot' | 'rag' | 'classical' | 'embedding';
  readonly provider: string;
  readonly base: string;
  readonly examples: number;
}
export interface TunedPlan {
  readonly name: string;
  readonly provider: string;
  readonly base: string;
  readonly method: string;
  readonly seed: number;
  readonly rag: boolean;
}

export interface PipelinePlan {
  readonly endpoint: string;
  readonly untuned: readonly UntunedPlan[];
  readonly tuned: readonly TunedPlan[];
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
