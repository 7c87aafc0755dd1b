/** The documents that `--json` prints. Every key is present; `null` where it does not apply. */
import type { ErrorBody } from './errors.ts';

export type Outcome = 'deployed' | 'declined' | 'inconclusive' | 'rejected' | 'failed' | 'cancelled';
export const exitCodes = { deployed: 0, declined: 0, failed: 1, badInput: 2, inconclusive: 3, rejected: 4, cancelled: 130 } as const;

/** `sha256:` and 64 hex digits. */
export type ArtifactRef = `sha256:${string}`;

/** A point estimate with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface RowCounts {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** Held out beside a champion, whose dataset does not have them; absent where there are none. */
  readonly fresh?: number;
}
export interface DroppedCounts {
  readonly duplicate: number;
  readonly nearDuplicate: number;
  readonly leak: number;
  readonly invalid: number;
  readonly pii: number;
}

export interface DatasetDocument {
  readonly hash: ArtifactRef;
  readonly rows: RowCounts;
  readonly dropped: DroppedCounts;
  readonly redacted: number;
  readonly synthetic: number;
}

export type ArmKind = 'untuned' | 'tuned' | 'champion';
export interface ArmDocument {
  readonly name: string;
  readonly kind: ArmKind;
  readonly artifact: ArtifactRef;
  readonly model: string;
  readonly n: number;
  readonly unparseable: number;
  readonly usd: number;
  readonly seconds: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number };
  readonly metrics: Readonly<Record<string, Estimate>>;
}

export type GateVerdict = 'promote' | 'reject' | 'inconclusive';
export interface Comparison {
  readonly against: string;
  /** Candidate minus target, with the interval that the gate used and the p-value of the paired test. */
  readonly difference: Estimate & { readonly p: number };
  /** The difference that this test could have detected at 80 % power. */
  readonly detectable: number;
}
export interface GateDocument {
  readonly decision: GateVerdict;
  readonly candidate: string;
  readonly comparisons: readonly Comparison[];
  readonly rowsNeeded: number | null;
  readonly reasons: readonly string[];
  /** Only where a retrained model was compared with the champion. */
  readonly retraining?: RetrainingDocument;
}

export interface RetrainingDocument {
  /** Labelled rows fresher than the champion's dataset. The comparison with the champion is made on them. */
  readonly fresh: number;
  /** Test rows that the champion was judged on too, and how much may be lost there. */
  readonly frozen: number;
  readonly margin: number;
  /** Candidate minus champion on the fresh rows and on the frozen ones; null where there were too few rows. */
  readonly gain: Estimate | null;
  readonly kept: Estimate | null;
}

export type JobStatus = 'validating_files' | 'queued' | 'running' | 'pausing' | 'paused' | 'succeeded' | 'failed' | 'cancelled' | 'unknown';
export interface JobDocument {
  readonly key: string;
  readonly provider: string;
  readonly id: string | null;
  readonly status: JobStatus;
  readonly trainedTokens: number | null;
}

export interface ApprovalDocument {
  readonly by: string;
  readonly verified: boolean;
  readonly at: string;
  readonly artifact: ArtifactRef;
}
export interface DeploymentDocument {
  readonly endpoint: string;
  readonly arm: string;
  readonly model: string;
  readonly url: string;
  readonly keyFile: string;
}

export interface SecondsDocument {
  readonly dataset: number;
  readonly synthesis: number;
  readonly training: number;
  readonly evaluation: number;
  readonly waiting: number;
  /** `total` less all the others: what Temporal, Postgres and our own bookkeeping cost. */
  readonly orchestration: number;
  readonly total: number;
}

export interface RunDocument {
  readonly run: string;
  readonly outcome: Outcome;
  readonly error: ErrorBody | null;
  readonly dataset: DatasetDocument | null;
  readonly arms: readonly ArmDocument[];
  readonly gate: GateDocument | null;
  readonly jobs: readonly JobDocument[];
  readonly approval: ApprovalDocument | null;
  readonly deployment: DeploymentDocument | null;
  readonly spend: { readonly usd: number; readonly budget: number | null };
  readonly seconds: SecondsDocument;
}

export const findingKinds = ['duplicate', 'nearDuplicate', 'leak', 'invalid', 'pii', 'label', 'length', 'language', 'balance', 'licence'] as const;
export type FindingKind = (typeof findingKinds)[number];
export interface Finding {
  readonly kind: FindingKind;
  readonly file: string;
  readonly line: number;
  readonly field: string | null;
  readonly other: { readonly file: string; readonly line: number } | null;
  readonly action: 'dropped' | 'redacted' | 'warned';
  readonly message: string;
  readonly remedy: string;
}
export interface DatasetCheckDocument extends DatasetDocument {
  readonly findings: readonly Finding[];
}
