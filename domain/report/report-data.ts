/** Everything that a report shows, as `report --json` prints it. A part that a run does not have is `null` or empty, and then no door shows it. */
import type { DatasetProfile } from '../../contracts/dataset.ts';
import type { SynthesisReport } from '../../contracts/synthesis.ts';
import type { PreferenceEvidence, SlicesEvidence } from '../gate/gate-input.ts';
import type { TrainingAdvice } from '../training/advice.ts';
import type { JudgeAgreement } from '../../contracts/judge.ts';
import type { ReliabilityBin } from '../evaluation/calibration.ts';
import type { EstimateDocument } from '../../contracts/estimate.ts';
import type { ErrorBody } from '../../contracts/errors.ts';
import type {
  ApprovalDocument,
  ArmDocument,
  ArtifactRef,
  Comparison,
  DroppedCounts,
  Estimate,
  Finding,
  FindingKind,
  GateVerdict,
  JobStatus,
  Outcome,
  RetrainingDocument,
  RowCounts,
  SecondsDocument,
} from '../../contracts/run.ts';

export interface ReportData {
  readonly version: 1;
  readonly run: string;
  readonly name: string;
  readonly state: 'running' | 'paused' | 'waiting-for-approval' | 'waiting-for-budget' | 'waiting-for-answer' | 'ended';
  readonly outcome: Outcome | null;
  readonly error: ErrorBody | null;
  readonly createdAt: string;
  readonly endedAt: string | null;
  readonly requestedBy: string | null;
  readonly endpoint: string;
  readonly task: { readonly type: 'classification' | 'extraction' | 'generation'; readonly instruction: string | null; readonly labels: number };
  /** What was decided and why, in one sentence. */
  readonly headline: string;
  readonly roles: Roles;
  /** The metric that the picture at the top shows: the one that the gate judged by. */
  readonly metric: string;
  readonly arms: readonly ArmDocument[];
  readonly gate: GateReport | null;
  readonly approval: (ApprovalDocument & { readonly comment: string | null }) | null;
  /** Everything that anybody said about the decision, refused messages too. */
  readonly voices: readonly Voice[];
  readonly deployment: { readonly arm: string; readonly url: string } | null;
  readonly changes: Changes | null;
  readonly confusion: ConfusionReport | null;
  readonly perClass: readonly ClassReport[];
  /** Of an extraction: how well each arm fills each field. */
  readonly fields: readonly FieldReport[];
  /** What the evaluation says about its own figures. */
  readonly notes: readonly string[];
  readonly mistakes: Mistakes | null;
  readonly slices: readonly Slice[];
  readonly calibration: readonly Calibration[];
  readonly dataset: DatasetReport | null;
  readonly jobs: readonly JobReport[];
  /** What was tried on validation rows; `validationMetric` is the one that it was judged by. */
  readonly sweep: SweepReport | null;
  readonly learning: readonly LearningPointReport[];
  readonly validationMetric: string;
  /** Who graded the answers, and how far people agree; null where nobody did. */
  readonly judge: JudgeReport | null;
  readonly spend: {
    readonly usd: number;
    readonly budget: number | null;
    readonly lines: readonly SpendLine[];
    /** What was expected when the dataset was frozen; null for a run from before it was kept. */
    readonly estimate: EstimateDocument | null;
  };
  readonly seconds: SecondsDocument;
  readonly lineage: Lineage;
}

export interface SpendLine {
  readonly kind: 'training' | 'evaluation' | 'synthesis' | 'hosting';
  /** Arm or step. */
  readonly label: string;
  readonly provider: string | null;
  readonly purpose: string;
  readonly usd: number;
  /** False while `usd` is what was reserved. */
  readonly isSettled: boolean;
}

/** Arm names. `shown` is the arm that confusions, mistakes and slices are about. */
export interface Roles {
  readonly candidate: string | null;
  readonly bestUntuned: string | null;
  readonly champion: string | null;
  readonly offered: string | null;
  readonly shown: string | null;
}

export interface GateReport {
  readonly decision: GateVerdict;
  readonly candidate: string;
  readonly reasons: readonly string[];
  readonly rowsNeeded: number | null;
  readonly comparisons: readonly (Comparison & {
    readonly test: string | null;
    readonly gains: number | null;
    readonly losses: number | null;
    readonly rowsNeeded: number | null;
  })[];
  /** Only where the candidate learned from rows that the champion's dataset does not have. */
  readonly retraining?: RetrainingDocument;
  readonly suites: readonly SuiteReport[];
  /** Parts of the traffic as the gate judged them; null where the spec names no column. */
  readonly slices: SlicesEvidence | null;
  /** Which answers the judge prefers; empty where none was asked. */
  readonly preferences: readonly PreferenceEvidence[];
  /** The metric that was judged, and the test rows that it was judged on. */
  readonly metric: string;
  readonly n: number;
  /** Of the two-sided intervals. */
  readonly level: number;
  readonly minimumGain: number;
  readonly equivalence: number;
  readonly ledger: readonly LedgerEntry[];
}
export interface SuiteReport {
  readonly name: string;
  readonly against: string | null;
  readonly passed: { readonly candidate: number; readonly target: number };
  readonly n: number;
  readonly regression: Estimate;
  readonly margin: number | null;
  readonly detectable: number;
  readonly verdict: string;
}
export interface LedgerEntry {
  readonly look: number;
  readonly alpha: number;
  readonly run: string;
  readonly at: string;
}
export interface Voice {
  readonly verdict: string;
  readonly by: string;
  readonly verified: boolean;
  readonly counted: boolean;
  readonly refusedBecause: string | null;
  readonly comment: string | null;
  readonly at: string;
}

/** The candidate against the champion, row by row; `same` counts the rows where both say the same. */
export interface Changes {
  readonly candidate: string;
  /** Rows that both answered: the test rows, and the fresh ones. */
  readonly n: number;
  /** How many of them were held out beside the champion. */
  readonly fresh: number;
  readonly same: number;
  readonly gains: number;
  readonly losses: number;
  readonly others: number;
  readonly rows: readonly ChangedRow[];
}
export interface ChangedRow {
  readonly row: string;
  readonly input: string;
  readonly expected: string;
  readonly champion: string | null;
  readonly candidate: string | null;
  readonly verdict: 'gain' | 'loss' | 'other';
}

export interface ConfusionReport {
  readonly arm: string;
  readonly labels: readonly string[];
  /** Row: the expected label; column: the answer, the last one holding what is no label. */
  readonly counts: readonly (readonly number[])[];
  readonly top: readonly { readonly expected: string; readonly answered: string | null; readonly count: number }[];
}
export interface ClassReport {
  readonly label: string;
  readonly support: number;
  readonly precision: Estimate;
  readonly recall: Estimate;
  readonly f1: Estimate;
}

/** F1 of one field per arm; null where an arm was not measured by field. */
export interface FieldReport {
  readonly field: string;
  readonly support: number;
  readonly arms: readonly { readonly arm: string; readonly f1: Estimate | null }[];
}

/** `wrong`: the first rows that the shown arm got wrong; `all`: the rows of the lowest score, where answers are neither right nor wrong. */
export interface Mistakes {
  readonly arm: string;
  readonly kind: 'wrong' | 'all';
  readonly n: number;
  readonly total: number;
  readonly rows: readonly MistakenRow[];
}
export interface MistakenRow {
  readonly row: string;
  readonly input: string;
  readonly expected: string;
  /** `score`: by the metric that the gate judges by, where each answer has one of its own. */
  readonly said: readonly { readonly arm: string; readonly answer: string | null; readonly right: boolean | null; readonly score?: number | null }[];
}

/** What `report --rows wrong|changed` lists: every such test row, in the order of the test set. */
export type ListedRows = { readonly run: string; readonly n: number; readonly total: number; readonly arm: string | null } & (
  | { readonly which: 'wrong'; readonly kind: Mistakes['kind']; readonly rows: readonly MistakenRow[] }
  | { readonly which: 'changed'; readonly rows: readonly ChangedRow[] }
);

export interface Slice {
  readonly column: string;
  readonly arms: readonly string[];
  readonly values: readonly SliceValue[];
}
/** Share of right answers per arm, in the order of `arms`. */
export interface SliceValue {
  readonly value: string;
  readonly n: number;
  readonly estimates: readonly Estimate[];
}

export interface Calibration {
  readonly arm: string;
  readonly n: number;
  readonly ece: number;
  readonly brier: number | null;
  readonly bins: readonly ReliabilityBin[];
}

export interface DatasetReport {
  readonly hash: ArtifactRef;
  readonly read: number;
  readonly dropped: DroppedCounts;
  readonly rows: RowCounts;
  readonly redacted: number;
  readonly synthetic: number;
  readonly balance: readonly (RowCounts & { readonly label: string })[];
  readonly findings: readonly FindingGroup[];
  /** Null for datasets from before it was kept. */
  readonly profile: DatasetProfile | null;
  readonly synthesis: SynthesisReport | null;
}
export interface FindingGroup {
  readonly kind: FindingKind;
  readonly action: Finding['action'];
  readonly count: number;
  readonly shown: readonly Finding[];
}

export interface JobReport {
  readonly key: string;
  readonly candidate: string;
  readonly provider: string;
  readonly base: string;
  readonly attempt: number;
  readonly id: string | null;
  readonly status: JobStatus;
  readonly error: string | null;
  readonly trainedTokens: number | null;
  readonly seconds: number | null;
  readonly hyperparameters: Readonly<Record<string, string | number | boolean>>;
  readonly loss: readonly { readonly step: number; readonly train: number | null; readonly validation: number | null }[];
  /** What the curve says about the next settings; null where it is too short to say anything. */
  readonly advice: TrainingAdvice | null;
}

/** `rung` counts from 1; settings of one rung were trained alike long. */
export interface TrialReport {
  readonly name: string;
  readonly rung: number;
  readonly hyperparameters: Readonly<Record<string, number>>;
  readonly estimate: Estimate | null;
  readonly stoppedBy: string | null;
  readonly isWinner: boolean;
}
export interface SweepReport {
  readonly of: string;
  readonly winner: string | null;
  readonly stoppedBy: 'time' | 'budget' | null;
  readonly trials: readonly TrialReport[];
  /** Where to look next, in sentences. */
  readonly advice: readonly string[];
}
export interface LearningPointReport {
  readonly share: number;
  readonly rows: number;
  readonly estimate: Estimate | null;
  /** On the last point: whether more rows would help. */
  readonly advice: string | null;
}
export interface JudgeReport {
  readonly model: string;
  readonly rubric: string;
  readonly agreement: JudgeAgreement;
}

export interface Lineage {
  readonly specHash: string;
  readonly spec: ArtifactRef;
  readonly dataset: ArtifactRef | null;
  readonly train: ArtifactRef | null;
  readonly validation: ArtifactRef | null;
  readonly test: ArtifactRef | null;
  /** Rows held out beside a champion. */
  readonly fresh?: ArtifactRef | null;
  readonly evidence: ArtifactRef | null;
  /** The signed decision record. */
  readonly record: ArtifactRef | null;
  readonly arms: readonly {
    readonly name: string;
    readonly artifact: ArtifactRef;
    readonly model: string;
    readonly jobKey: string | null;
    readonly predictions: ArtifactRef | null;
  }[];
  readonly versions: Readonly<Record<string, string>>;
}
