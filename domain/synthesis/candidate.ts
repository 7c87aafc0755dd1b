export const generators = ['document-qa', 'paraphrase', 'hard-negative', 'persona', 'evolve', 'preference'] as const;
export type Generator = (typeof generators)[number];

/** What one candidate row is to be made from. Everything that decides the teacher's answer stands here. */
export interface CandidateRequest {
  readonly ordinal: number;
  readonly generator: Generator;
  /** Label that the row is meant to have; null where it is found afterwards, or the task has none. */
  readonly label: string | null;
  readonly seed: { readonly row: string; readonly input: string; readonly output: string; readonly group: string | null } | null;
  readonly source: { readonly document: string; readonly line: number; readonly text: string } | null;
  readonly prompt: string;
  /** JSON schema of the teacher's answer: strings only. */
  readonly fields: readonly ('message' | 'quote' | 'question' | 'answer')[];
  readonly sampling: { readonly temperature: number; readonly seed: number; readonly maxTokens: number };
}

/** What the teacher wrote, as it came. */
export interface WrittenCandidate {
  readonly request: CandidateRequest;
  readonly output: string;
  readonly error: string | null;
}

/** A candidate that can be read as a row. */
export interface Candidate {
  readonly request: CandidateRequest;
  readonly input: string;
  /** The label or answer; null until a labeller has found the label. */
  readonly output: string | null;
  /** The sentence of the source that the row rests on. */
  readonly span: string | null;
  /** Of a preference: the answer that is worse than the output. */
  readonly rejected?: string;
}

/** Raised when prompts change: rows of another version are not mixed in. */
export const promptVersion = '2';
