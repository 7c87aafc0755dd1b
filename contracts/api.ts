/** The HTTP API between clients and the server. Errors are `ErrorDocument`s. Run ids hold slashes and travel URL-encoded as one path segment. */
import type { BudgetQuestion } from './budget.ts';
import type { ErrorCode } from './errors.ts';
import type { JobQuestion } from './job-question.ts';
import type { UsdRange } from './estimate.ts';
import type { PipelineSpecInput } from './pipeline-spec.ts';
import type { ArtifactRef, Finding, Outcome, RunDocument } from './run.ts';
import type { Stage } from './names.ts';

/** `POST /api/runs`. Files were uploaded before by `PUT /api/artifacts/sha256:…`. */
export interface StartRunRequest {
  readonly spec: PipelineSpecInput;
  /** Path as written in the spec (globs expanded) → the uploaded content. */
  readonly files: Readonly<Record<string, UploadedFile>>;
  /** Folder of the pipeline file on the caller's machine: scheduled runs read the current source there, where the worker can see it. */
  readonly baseDir: string | null;
  readonly idempotencyKey: string | null;
  readonly requestedBy: string | null;
}
/** `origin` is the absolute path it was read from, for messages. */
export interface UploadedFile {
  readonly ref: ArtifactRef;
  readonly bytes: number;
  readonly origin: string;
}

export interface StartRunResponse {
  readonly run: string;
  readonly joined: boolean;
}

export type StageStatus = 'pending' | 'running' | 'done' | 'skipped' | 'failed';
export interface StageProgress {
  readonly stage: Stage;
  readonly status: StageStatus;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Parts of the stage that run now or ran: one per arm, job or step. */
  readonly parts: readonly PartProgress[];
}
export interface PartProgress {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  /** One line for people, e.g. `step 40/180 · loss 0.83 · 210 tokens/s`. */
  readonly detail: string | null;
  readonly loss: readonly { readonly step: number; readonly train: number | null; readonly validation: number | null }[];
}

/** What the approval question shows; the token that an approval sends back binds it to this evidence. */
export interface DecisionRequest {
  readonly id: string;
  readonly arm: string;
  readonly artifact: ArtifactRef;
  readonly evidence: ArtifactRef;
  readonly question: string;
  readonly expiresAt: string;
  readonly acknowledge: readonly string[];
}

/** `GET /api/runs/:run` */
export interface RunStatus {
  readonly run: string;
  readonly name: string;
  readonly state: 'running' | 'paused' | 'waiting-for-approval' | 'waiting-for-budget' | 'waiting-for-answer' | 'ended';
  readonly outcome: Outcome | null;
  readonly createdAt: string;
  readonly stages: readonly StageProgress[];
  readonly decision: DecisionRequest | null;
  /** What the run would pay for next, while it waits for a larger budget. */
  readonly budget?: BudgetQuestion | null;
  /** The training job that a person must look for, while it is unclear whether a service has created one. */
  readonly job?: JobQuestion | null;
  /** What the run was expected to cost when its dataset was frozen, in US dollars. */
  readonly estimate?: UsdRange | null;
  /** Steps that have failed and are tried again; absent or empty where all goes well. */
  readonly troubles?: readonly StepTrouble[];
  /** Complete once the run has ended; until then what is known so far. */
  readonly document: RunDocument;
  readonly report: RunReportExtras;
}

/** A step that has failed and is tried again by itself. */
export interface StepTrouble {
  readonly step: string;
  /** Counted from 1. */
  readonly attempt: number;
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly where: string | null;
  readonly remedy: string | null;
  /** When it is tried again; null while an attempt is under way. */
  readonly nextAt: string | null;
}

/** What the terminal shows beside the document. */
export interface RunReportExtras {
  readonly labels: readonly string[];
  /** Most frequent mistakes of the best arm: expected, said, how often. */
  readonly confusions: readonly { readonly expected: string; readonly answered: string; readonly count: number }[];
  /** Of an extraction: in how many rows the best arm fills a field wrongly, of those in which it is expected or answered. */
  readonly fields?: readonly { readonly field: string; readonly wrong: number; readonly rows: number }[];
  readonly findings: readonly Finding[];
}

/** `GET /api/runs` */
export interface RunListItem {
  readonly run: string;
  readonly name: string;
  readonly state: RunStatus['state'];
  readonly outcome: Outcome | null;
  readonly createdAt: string;
}

/** `POST /api/runs/:run/approve` and `/reject`. */
export interface ApprovalRequest {
  readonly decision: 'approve' | 'reject';
  readonly by: string;
  readonly comment: string | null;
  /** The artifact the person saw; refused as stale when it is not the one that waits. */
  readonly artifact: ArtifactRef | null;
  readonly acknowledge: readonly string[];
  /** A JWT of the configured issuer, bound to decision and evidence; without one the server signs with the sender's API key. */
  readonly token?: string | null;
}

/** `GET /api/endpoints` */
export interface EndpointDocument {
  readonly endpoint: string;
  readonly champion: EndpointVersion | null;
  readonly previous: EndpointVersion | null;
  readonly canary: (EndpointVersion & { readonly share: number }) | null;
}
export interface EndpointVersion {
  readonly arm: string;
  readonly artifact: ArtifactRef;
  readonly run: string;
  readonly since: string;
  readonly approvedBy: string;
}

/** `GET /api/stack` */
export interface StackDocument {
  readonly version: string;
  readonly temporal: string;
  readonly temporalUi: string | null;
  readonly gateway: string;
  readonly identities: boolean;
}
