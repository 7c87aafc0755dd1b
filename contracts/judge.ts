/** What a judge said, and what people say of the same answers. */
import type { ArtifactRef } from './run.ts';

/** One answer graded. `score` in 0 … 1; null where the judge's reply could not be read. An arm that gave no answer has 0. */
export interface Judgement {
  readonly row: string;
  readonly score: number | null;
  /** False for an arm's missing answer, which nobody graded; else absent. */
  readonly isAsked?: false;
  /** Of answers that rest on retrieved passages: faithfulness, answer relevance, context precision and recall. */
  readonly grounding?: Readonly<Record<string, number | null>>;
}

/** An answer that a person is asked to grade, without what the judge said. */
export interface AnswerToLabel {
  readonly judgement: ArtifactRef;
  readonly row: string;
  readonly input: string;
  readonly expected: string;
  readonly answer: string;
}

/** `GET /api/runs/:run/judge`. */
export interface JudgeDocument {
  readonly run: string;
  readonly model: string;
  readonly rubric: string;
  readonly agreement: JudgeAgreement;
  /** What is left to label. */
  readonly sample: readonly AnswerToLabel[];
}

/** On the answers that people have labelled: quadratically weighted kappa and Spearman's correlation; null where too few or too alike. */
export interface JudgeAgreement {
  readonly n: number;
  readonly kappa: number | null;
  readonly spearman: number | null;
}

/** `POST /api/runs/:run/judge/labels`. */
export interface LabelsRequest {
  readonly by: string;
  readonly labels: readonly { readonly judgement: ArtifactRef; readonly row: string; readonly grade: number }[];
}
