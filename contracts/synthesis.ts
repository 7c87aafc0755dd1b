/** What came of synthesis: the funnel from requests to rows, for the report and the terminal. */
import type { ArtifactRef } from './run.ts';

/** In the order in which rows pass them. */
export const synthesisFilters = ['schema', 'span', 'grounded', 'answerable', 'label', 'duplicate', 'quota', 'leak', 'review'] as const;
export type SynthesisFilter = (typeof synthesisFilters)[number];

export interface SynthesisSample {
  readonly generator: string;
  readonly text: string;
  readonly why: string;
}

export interface SynthesisReport {
  readonly teacher: string;
  readonly promptVersion: string;
  /** Rows that the spec asks for, and rows that the teacher wrote before the time was up. */
  readonly requested: number;
  readonly written: number;
  readonly kept: number;
  readonly seconds: number;
  readonly stopped: 'complete' | 'time';
  readonly filters: readonly { readonly filter: SynthesisFilter; readonly dropped: number; readonly samples: readonly SynthesisSample[] }[];
  readonly generators: Readonly<Record<string, { readonly written: number; readonly kept: number }>>;
  /** Documents left out because test rows come from them. */
  readonly documentsOfTest: readonly string[];
  /** JSON lines of all candidates with their scores and, if dropped, why. */
  readonly candidates: ArtifactRef;
}
