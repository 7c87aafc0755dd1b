import { Document, isMap, isScalar } from 'yaml';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';

const comments: Readonly<Record<string, string>> = {
  name: 'part of the run id: fine-tune/<name>/<spec hash>/<n>',
  task: 'classification | extraction | generation',
  dataset: 'rows, checks and split; relative paths start at this file',
  knowledge: 'documents to retrieve from and to generate rows from',
  synthesis: 'rows that a teacher writes, grounded in the documents',
  candidates: 'what is compared: as-is models and classifiers, and models that are trained',
  evaluation: 'how every candidate is measured on the same test rows',
  gate: 'what must be shown before a candidate may be promoted',
  approval: 'who must say yes to the evaluated artifact',
  deployment: 'where the approved artifact is served',
  monitoring: 'what is watched while it is served',
  schedule: 'when a run starts by itself',
  budget: 'spending stops here',
};
const inline: Readonly<Record<string, string>> = {
  nearDuplicate: 'Jaccard similarity of 5-character shingles from which rows count as near-duplicates',
  pii: 'redact | reject | allow',
  weights: 'balanced | none',
  equivalence: 'differences below this do not matter',
  minimumGain: 'the lower bound of the gain must exceed this',
  confidence: 'of every interval that the gate reads',
  timeout: 'then onTimeout applies',
  capture: 'share of served requests that are kept',
  ablation: 'also train without synthetic rows: auto | always | never',
};

/** The pipeline as YAML with every default filled in and a short comment on what a reader may not guess. Reads back to the same spec. */
export function explainSpec(spec: PipelineSpec): string {
  const document = new Document(JSON.parse(JSON.stringify(spec)) as unknown);
  if (isMap(document.contents)) {
    for (const pair of document.contents.items) {
      if (!isScalar(pair.key)) continue;
      const comment = comments[String(pair.key.value)];
      if (comment !== undefined) pair.key.commentBefore = ` ${comment}`;
      pair.key.spaceBefore = true;
      if (!isMap(pair.value)) continue;
      for (const entry of pair.value.items) {
        const note = isScalar(entry.key) ? inline[String(entry.key.value)] : undefined;
        if (note !== undefined && isScalar(entry.value)) entry.value.comment = ` ${note}`;
      }
    }
  }
  return document.toString({ lineWidth: 0 }).trimStart();
}
