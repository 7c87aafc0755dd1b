/** The knowledge base of a run: what arms retrieve from and synthesis is grounded in. */
import type { ArtifactRef, Finding } from './run.ts';

/** A passage of a document: what is embedded, retrieved and cited. */
export interface Chunk {
  /** Place among all chunks of the index, from 0; breaks ties. */
  readonly ordinal: number;
  /** Path of the document as the spec's glob found it. */
  readonly document: string;
  /** 1-based line where the chunk begins; the page for a PDF, and 1 for formats without lines. */
  readonly line: number;
  /** Titles from the document's down to the section's. */
  readonly headings: readonly string[];
  readonly text: string;
}

/**
 * Table of contents of an index. Its canonical JSON is what `Artifact.retrieval.index` is the hash of: the same chunks under the same embedding model
 * are the same index, and it can be rebuilt wherever the artifact store is.
 */
export interface KnowledgeIndex {
  readonly version: 1;
  readonly embedding: { readonly provider: string; readonly model: string };
  /** JSON lines of `Chunk`, by ordinal. */
  readonly chunks: ArtifactRef;
  readonly count: number;
}

/** What indexing did, for the report. `embedded + reused` is the number of chunks. */
export interface KnowledgeReport {
  readonly documents: number;
  readonly chunks: number;
  readonly embedded: number;
  readonly reused: number;
  /** Chunks that held a copy of a test question with its answer. */
  readonly leaks: number;
  readonly findings: readonly Finding[];
}
