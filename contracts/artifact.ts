import type { ArtifactRef } from './run.ts';

/**
 * One way to answer, complete: whoever holds this document and the store can serve the arm exactly as it was evaluated.
 * Its hash is what an approval names. Weights are arrays in safetensors, never pickled code.
 */
export interface Artifact {
  readonly version: 1;
  readonly provider: string;
  /** The base model's name at the provider. */
  readonly base: string;
  /** Adapter or coefficients; null for an untuned model. */
  readonly weights: ArtifactRef | null;
  readonly task: TaskShape;
  readonly prompt: PromptTemplate;
  readonly decoding: Decoding;
  /** Hash of the knowledge base's index, and how many passages are put before the question. */
  readonly retrieval: { readonly index: ArtifactRef; readonly passages: number } | null;
}

export type TaskShape =
  /** `outOfScope` is the label for messages that are none of the others. */
  | { readonly type: 'classification'; readonly labels: readonly string[]; readonly outOfScope?: string }
  /** `schema` is JSON as text: its order of fields is the order in which models write them, and no canonical form keeps one. */
  | { readonly type: 'extraction'; readonly schema: string }
  | { readonly type: 'generation' };

export interface PromptTemplate {
  /** The system prompt; null for models that read the bare input, as the linear classifiers do. */
  readonly system: string | null;
  /** Few-shot examples as earlier turns. */
  readonly examples: readonly { readonly input: string; readonly output: string }[];
  /** Examples chosen for each question from a pool of training rows, JSON lines of {@link PoolRow}: those nearest to it by embedding. */
  readonly nearest?: {
    readonly pool: ArtifactRef;
    readonly count: number;
    readonly embedding: { readonly provider: string; readonly model: string };
  };
  /** What the user turn holds; `{{input}}` is the caller's text and `{{passages}}` what retrieval found. */
  readonly user: string;
}

export interface PoolRow {
  readonly input: string;
  readonly output: string;
  readonly vector: readonly number[];
}

export interface Decoding {
  /** `labels`: the answer is the most probable of the enumerated labels; `json`: constrained to the schema; `text`: greedy up to `maxTokens`. */
  readonly mode: 'labels' | 'json' | 'text';
  readonly maxTokens: number;
  readonly temperature: number;
}
