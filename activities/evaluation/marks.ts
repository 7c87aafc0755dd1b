import type { Artifact } from '../../contracts/artifact.ts';
import type { Prediction } from '../../contracts/rows.ts';
import { schemaValidity } from '../../domain/evaluation/schema-validity.ts';
import { schemaOf } from '../../domain/prompt/written-answer.ts';
import { cosineSimilarity } from '../../domain/evaluation/similarity.ts';
import type { ActivityDeps } from '../deps.ts';
import { embedTexts } from '../knowledge/embed-texts.ts';

/** Adds to each answer what its text alone does not tell: whether it satisfies the schema, how near it comes to the reference. */
export async function markAnswers(deps: ActivityDeps, { task }: Artifact, predictions: Prediction[], signal: AbortSignal): Promise<Prediction[]> {
  switch (task.type) {
    case 'classification':
      return predictions;
    case 'extraction': {
      const isValid = schemaValidity(schemaOf(task));
      return predictions.map((p) => ({ ...p, marks: { valid: Number(isValid(p.answer)) } }));
    }
    case 'generation': {
      const answers = await embedTexts(
        deps,
        predictions.map((p) => p.answer ?? ''),
        signal,
      );
      const references = await embedTexts(
        deps,
        predictions.map((p) => p.expected),
        signal,
      );
      return predictions.map((p, i) => ({
        ...p,
        marks: { similarity: p.answer === null ? 0 : Math.max(0, cosineSimilarity(answers[i] ?? [], references[i] ?? [])) },
      }));
    }
  }
}
