import type { PoolRow, PromptTemplate, TaskShape } from '../../contracts/artifact.ts';
import type { FrozenDataset, UntunedPlan } from '../../contracts/plan.ts';
import { chooseExamples, randomExamples } from '../../domain/prompt/examples.ts';
import { writtenAnswer } from '../../domain/prompt/written-answer.ts';
import { readRows } from '../dataset/rows.ts';
import type { ActivityDeps } from '../deps.ts';
import { embedTexts, textEmbedding } from '../knowledge/embed-texts.ts';

/** Examples that stand fast in the prompt, or the pool that each question's nearest are taken from. */
export async function examplesOf(
  deps: ActivityDeps,
  { train }: FrozenDataset,
  task: TaskShape,
  { examples: count, select }: UntunedPlan,
  signal: AbortSignal,
): Promise<Pick<PromptTemplate, 'examples' | 'nearest'>> {
  if (count === 0) return { examples: [] };
  const rows = await readRows(deps, train);
  const written = (output: string) => writtenAnswer(task, output);
  if (select === 'similar') {
    const vectors = await embedTexts(
      deps,
      rows.map((row) => row.input),
      signal,
    );
    const pool = await deps.store.putLines(
      rows.map(({ input, output }, i): PoolRow => ({ input, output: written(output), vector: vectors[i] ?? [] })),
    );
    return { examples: [], nearest: { pool, count, embedding: textEmbedding } };
  }
  const chosen = select === 'random' ? randomExamples(rows, count) : chooseExamples(rows, count);
  return { examples: chosen.map(({ input, output }) => ({ input, output: written(output) })) };
}
