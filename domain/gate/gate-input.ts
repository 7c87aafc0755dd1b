/** What the gate decides from, and what it answers. */
import type { GateSpec, TaskSpec } from '../../contracts/pipeline-spec.ts';
import type { PolicyEvidence } from './apply-policies.ts';
import type { Preference } from '../evaluation/judge/preference.ts';
import type { Prediction } from '../../contracts/rows.ts';
import type { ArtifactRef, Estimate, GateDocument } from '../../contracts/run.ts';
import type { LicenceEvidence } from './judge-licences.ts';

export interface GateArm {
  readonly name: string;
  readonly artifact: ArtifactRef;
  /** On the test rows. A test row that is missing here counts as answered wrongly. */
  readonly predictions: readonly Prediction[];
  /** Row id → score in 0 … 1, for metrics that the predictions alone do not give: `judge`, `similarity`. */
  readonly scores?: Readonly<Record<string, number>>;
  /** Rows for which the judge's reply could not be read, so that they have no score. */
  readonly ungraded?: number;
}
export type TargetRole = GateSpec['beat'][number];
export interface GateTarget extends GateArm {
  readonly role: TargetRole;
  /** Whose answer the judge prefers, the candidate's or this arm's, row by row. */
  readonly preferences?: readonly Preference[];
}

/** A suite's row scores (1 right, 0 wrong, or between) of the candidate and of the arm that it must not fall behind, in the same order. */
export interface GateSuite {
  readonly name: string;
  /** Whose scores `target` are. */
  readonly against?: string;
  readonly candidate: readonly number[];
  readonly target: readonly number[];
  readonly groups?: readonly (string | null)[];
  /** The largest regression that is allowed; taken from `maximumRegression` when left out, and a suite with neither cannot veto. */
  readonly margin?: number;
}

/** The candidate's recipe under several seeds. */
export interface SeedSpread {
  readonly arms: readonly { readonly name: string; readonly value: number }[];
  /** Standard deviation of the metric over seeds. */
  readonly deviation: number;
  /** Half the width that the seeds alone give the interval of their mean, at the gate's level. */
  readonly reach: number;
}

/** A column of the test rows whose values are judged one by one. */
export interface GateSlices {
  readonly column: string;
  /** Row id → value; a row without one has the empty value. */
  readonly values: Readonly<Record<string, string>>;
}

/** Where the candidate learned from rows that the champion's dataset does not have. */
export interface GateRetraining {
  /** Both arms on labelled rows fresher than the champion's dataset: new rows of the test set, and rows held out of training. */
  readonly fresh: {
    readonly n: number;
    readonly candidate: GateArm;
    readonly champion: GateArm;
    readonly groups: Readonly<Record<string, string | null>>;
  };
  /** Test rows that the champion was judged on too. */
  readonly frozen: readonly string[];
  /** How much may be lost on them. */
  readonly margin: number;
}

export interface GateInput {
  /** The metric that the spec named before any arm was evaluated. */
  readonly metric: string;
  readonly spec: GateSpec;
  readonly taskType: TaskSpec['type'];
  /** Chosen on validation rows; null where no candidate was trained. */
  readonly candidate: GateArm;
  /** The champion, if there is one, and the best untuned arm, chosen on validation rows. */
  readonly targets: readonly GateTarget[];
  /** Classification: all labels. */
  readonly labels: readonly string[];
  /** Which gated run on this (endpoint, test set) this is, counted from 1. */
  readonly look: number;
  /** Row id → source, where test rows share one. */
  readonly groups?: Readonly<Record<string, string | null>>;
  /** Null or absent where no row is fresher than the champion: then the test set decides alone. */
  readonly retraining?: GateRetraining | null;
  readonly suites?: readonly GateSuite[];
  readonly slices?: readonly GateSlices[];
  /** Other arms of the candidate's recipe, which differ in their seed only. */
  readonly siblings?: readonly GateArm[];
  /** Metrics that earlier gated runs on this (endpoint, test set) asked for. */
  readonly metricsBefore?: readonly string[];
  /** Of the candidate as it would be served; null where it was not measured. */
  readonly measured?: { readonly p95Ms: number | null; readonly usdPerThousand: number | null };
  readonly dataset: {
    /** Test rows. */
    readonly n: number;
    /** Answers of test rows were found in what the candidate learned from or can retrieve. */
    readonly contaminated: boolean;
    /** The first such finds, for the reason: test row and where it was found. */
    readonly copies?: readonly string[];
    /** The test rows are not those that were frozen. */
    readonly testChanged: boolean;
  };
  readonly seed: number;
  readonly resamples?: number;
}

export type PairedTest = 'score interval and exact McNemar' | 'score interval, clustered' | 'paired bootstrap and approximate randomization';

export interface ComparisonEvidence {
  readonly against: string;
  readonly role: TargetRole;
  readonly test: PairedTest;
  /** Rows that only the candidate, and only the target, answers rightly; null where answers are not simply right or wrong. */
  readonly gains: number | null;
  readonly losses: number | null;
  readonly rowsNeeded: number | null;
}

export interface SuiteEvidence {
  readonly name: string;
  readonly against: string | null;
  readonly n: number;
  /** Target minus candidate: positive is a loss of ability. With its two-sided 80 % interval, each end of which is a one-sided 90 % bound. */
  readonly regression: { readonly value: number; readonly low: number; readonly high: number };
  /** Share of the suite that each passes. */
  readonly passed: { readonly candidate: number; readonly target: number };
  readonly margin: number | null;
  /** The regression that this suite would have shown to exceed the margin in 80 % of cases. */
  readonly detectable: number;
  readonly verdict: 'passed' | 'acknowledge' | 'veto' | 'not proved harmless';
}

/** What the judge prefers, asked in both orders. `n` rows; a flip, an unreadable reply and equal answers are ties. */
export interface PreferenceEvidence {
  readonly against: string;
  readonly n: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  readonly flipped: number;
  readonly unreadable: number;
  /** (wins − losses) / n. */
  readonly difference: Estimate & { readonly p: number };
}

/** One value of one column. `p` of the difference is two-sided and uncorrected; `holm` is one-sided, of a loss, corrected over all slices. */
export interface SliceEvidence {
  readonly column: string;
  readonly value: string;
  readonly n: number;
  readonly gains: number | null;
  readonly losses: number | null;
  readonly difference: Estimate & { readonly p: number };
  readonly holm: number;
  /** The loss that this slice would have shown in 80 % of cases, after correction. */
  readonly detectable: number;
  readonly verdict: 'worse' | 'no loss shown';
}

export interface SlicesEvidence {
  readonly against: string;
  /** A value with fewer rows is not judged. */
  readonly fewestRows: number;
  /** One-sided chance of any false alarm over all slices. */
  readonly alpha: number;
  readonly judged: readonly SliceEvidence[];
  readonly tooSmall: readonly { readonly column: string; readonly value: string; readonly n: number }[];
}

export interface GateEvidence {
  /** The metric that was compared: accuracy, where the sample is too small for the one that was asked for. */
  readonly metric: string;
  readonly n: number;
  readonly look: number;
  /** One-sided; null where the test set is spent. */
  readonly alpha: number | null;
  /** Of the two-sided intervals, 1 − 2α. */
  readonly level: number;
  readonly comparisons: readonly ComparisonEvidence[];
  readonly suites: readonly SuiteEvidence[];
  /** Null where the spec names no column. */
  readonly slices: SlicesEvidence | null;
  /** What the licences of base and teacher say; absent in evidence from before they were looked at. */
  readonly licences?: readonly LicenceEvidence[];
  /** What the installation's own policies said; absent where it has none. */
  readonly policies?: readonly PolicyEvidence[];
  /** Absent where no judge was asked. */
  readonly preferences?: readonly PreferenceEvidence[];
  /** Seeds that the candidate was trained with, and how far their results lie apart; absent with one. */
  readonly seeds?: SeedSpread;
  /** Why the gate could not decide whatever the numbers; empty where it could. */
  readonly closedBecause: readonly string[];
}

export interface GateResult {
  readonly document: GateDocument;
  readonly evidence: GateEvidence;
  /** Suites whose loss the approver must accept by name. */
  readonly acknowledge: readonly string[];
  /** Whether this run must be entered in the alpha ledger. */
  readonly spendsLook: boolean;
}
