/** The decision record: all that a promotion, or the refusal of one, rests on, by hash, and signed by the installation. */
import type { ApprovalDocument, ArmKind, ArtifactRef, Estimate, GateDocument, Outcome, RowCounts } from './run.ts';

export interface DecisionRecord {
  readonly version: 1;
  readonly kind: 'tunegate.decision';
  readonly run: string;
  readonly name: string;
  readonly endpoint: string;
  readonly outcome: Outcome;
  readonly requestedBy: string | null;
  readonly decidedAt: string;
  readonly endedAt: string;
  readonly spec: { readonly ref: ArtifactRef; readonly hash: string };
  readonly dataset: {
    readonly hash: ArtifactRef;
    readonly train: ArtifactRef;
    readonly validation: ArtifactRef;
    readonly test: ArtifactRef;
    readonly rows: RowCounts;
  };
  /** What was offered for approval; null where nothing was. */
  readonly model: {
    readonly arm: string;
    readonly artifact: ArtifactRef;
    readonly provider: string;
    readonly base: string;
    readonly weights: ArtifactRef | null;
  } | null;
  readonly arms: readonly RecordedArm[];
  /** Null where nothing was tuned, so that nothing was gated. */
  readonly gate: GateDocument | null;
  /** The gate's whole evidence: metric, tests, levels, ledger, suites, slices. */
  readonly evidence: ArtifactRef;
  readonly approval: { readonly policy: ApprovalPolicy; readonly given: readonly RecordedApproval[] };
  /** What was made champion; null where nothing was. */
  readonly deployed: { readonly arm: string; readonly artifact: ArtifactRef; readonly by: string } | null;
  readonly versions: Readonly<Record<string, string>>;
}

export interface RecordedArm {
  readonly name: string;
  readonly kind: ArmKind;
  readonly artifact: ArtifactRef;
  /** Its answers to the test rows; null where it was not asked. */
  readonly predictions: ArtifactRef | null;
  readonly n: number;
  readonly metrics: Readonly<Record<string, Estimate>>;
}
export interface ApprovalPolicy {
  readonly required: number;
  readonly roles: readonly string[];
  /** Whether whoever asked for the run may approve it. */
  readonly selfApproval: boolean;
}
export interface RecordedApproval extends ApprovalDocument {
  readonly verdict: string;
  readonly comment: string | null;
}

export interface SignedRecord {
  readonly record: DecisionRecord;
  readonly signature: {
    readonly algorithm: 'Ed25519';
    /** SPKI in PEM. */
    readonly publicKey: string;
    /** `sha256:` and the hash of the public key's SPKI bytes. */
    readonly fingerprint: string;
    /** Base64, over the canonical JSON (RFC 8785) of `record`. */
    readonly value: string;
  };
}

/** What `tunegate verify --json` prints. */
export interface VerifiedRecord {
  readonly valid: true;
  readonly fingerprint: string;
  readonly run: string;
  readonly outcome: Outcome;
  readonly decision: GateDocument['decision'] | null;
  readonly artifact: ArtifactRef | null;
  readonly approvedBy: readonly { readonly by: string; readonly verified: boolean }[];
  readonly endedAt: string;
}

/** `GET /api/signing-keys`: keys that this installation's records are signed with, newest first. */
export interface SigningKeyDocument {
  readonly fingerprint: string;
  readonly publicKey: string;
  readonly createdAt: string;
}
