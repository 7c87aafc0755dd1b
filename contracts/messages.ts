/** What workflows receive and return. Small by contract: references, never rows. Fields may be added as optional, none changes its meaning. */
import type { BudgetQuestion } from './budget.ts';
import type { JobQuestion } from './job-question.ts';
import type { Stage } from './names.ts';
import type { StageStatus, DecisionRequest, UploadedFile } from './api.ts';
import type { ArtifactRef, Outcome } from './run.ts';

export interface PipelineInput {
  readonly run: string;
  readonly specRef: ArtifactRef;
}
export interface PipelineResult {
  readonly run: string;
  readonly outcome: Outcome;
}

/** A schedule's action: opens a run on the current source and waits for it, so that overlap policies see it. */
export interface ScheduledRunInput {
  readonly specRef: ArtifactRef;
  readonly baseDir: string | null;
  readonly files: Readonly<Record<string, UploadedFile>>;
  readonly schedule: string;
}

export interface ApprovalMessage {
  readonly decisionId: string;
  readonly verdict: 'approve' | 'reject';
  readonly by: string;
  readonly comment: string | null;
  /** The artifact that the person saw. */
  readonly artifact: ArtifactRef | null;
  /** Proof of identity, checked by an activity; null where no identities are configured. */
  readonly token: string | null;
  /** Warnings that the person names and accepts. */
  readonly acknowledge: readonly string[];
  /** The same id is the same message, however often it arrives. */
  readonly messageId: string;
}
/** The answer to an approval sent as an update. */
export interface ApprovalReceipt {
  readonly counted: boolean;
  readonly refusedBecause: string | null;
  readonly remaining: number;
}

export interface CancelMessage {
  readonly by: string;
  readonly reason: string | null;
}
export interface PauseMessage {
  readonly by: string;
  readonly reason?: string | null;
}
export interface ExtendBudgetMessage {
  readonly by: string;
  readonly addMicroUsd: number;
  readonly messageId: string;
}

/** A person has looked in the provider's console: the job that is there, or `null` where none was made. */
export interface JobAnswerMessage {
  readonly by: string;
  readonly key: string;
  readonly jobId: string | null;
  readonly messageId: string;
}

/** Answer of the `progress` query. */
export interface PipelineProgress {
  readonly run: string;
  readonly state: 'running' | 'paused' | 'waiting-for-approval' | 'waiting-for-budget' | 'waiting-for-answer' | 'ended';
  readonly outcome: Outcome | null;
  readonly stages: readonly {
    readonly stage: Stage;
    readonly status: StageStatus;
    readonly startedAt: string | null;
    readonly endedAt: string | null;
  }[];
  readonly decision: DecisionRequest | null;
  readonly budget?: BudgetQuestion | null;
  readonly job?: JobQuestion | null;
  readonly approvedBy: readonly string[];
}

/** Messages of the `endpoint` workflow, each an update. */
export interface PromoteMessage {
  readonly run: string;
  readonly arm: string;
  readonly artifact: ArtifactRef;
  readonly approvedBy: string;
  readonly strategy: 'canary' | 'all-at-once';
  readonly canary: { readonly share: number; readonly forMs: number; readonly maxErrorRate: number };
}
export interface RollbackMessage {
  readonly by: string;
  readonly reason?: string | null;
  readonly messageId: string;
}
