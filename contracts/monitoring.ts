/** What a check of a served model finds. */
import type { ArtifactRef } from './run.ts';

/** One thing that is seen of requests, in the traffic against the evaluation. `length`: of the input; `confidence`: probability of the answer. */
export interface DriftFeature {
  readonly name: 'answers' | 'length' | 'confidence';
  /** Population stability index. */
  readonly psi: number;
  /** What chance alone stays below in 95 of 100 cases with as many rows. */
  readonly chance: number;
  /** Permutation p-value, corrected over features. */
  readonly p: number;
  readonly isDrifted: boolean;
}

/** Agreement with another arm of the champion's run, on test rows and on a sample of traffic. */
export interface Agreement {
  readonly against: string;
  readonly test: { readonly n: number; readonly agreed: number; readonly share: number };
  readonly sample: { readonly n: number; readonly agreed: number; readonly share: number };
  /** One-sided, of a drop. */
  readonly p: number;
  readonly hasDropped: boolean;
}

/** `GET /api/endpoints/:name/checks`, newest first. */
export interface MonitoringCheck {
  readonly endpoint: string;
  readonly at: string;
  readonly artifact: ArtifactRef | null;
  /** Captured requests of this artifact that were looked at. */
  readonly requests: number;
  readonly unparseable: number;
  readonly drift: { readonly features: readonly DriftFeature[]; readonly note: string | null };
  /** Null where no sample was graded. */
  readonly agreement: Agreement | null;
  /** Rows of the source that the champion's dataset does not have; null where that was not asked for, or the source cannot be seen. */
  readonly newRows: number | null;
  /** When the champion's base model stops answering. */
  readonly shutdown: string | null;
  readonly reasons: readonly string[];
  readonly heldBack: string | null;
  /** The retraining run that was started. */
  readonly run: string | null;
}

/** A captured request, in the artifact store. */
export interface CapturedRequest {
  readonly version: 1;
  readonly input: string;
  readonly answer: string;
  /** Natural-log probabilities per label, where the serving path gives them. */
  readonly scores: Readonly<Record<string, number>> | null;
}
