import type { TaskShape } from '../../../contracts/artifact.ts';
import type { PipelineSpec } from '../../../contracts/pipeline-spec.ts';
import type { Row } from '../../../contracts/rows.ts';
import { modelOf } from '../../provider-model.ts';
import { planCandidates } from '../../synthesis/plan-candidates.ts';
import type { Conversation } from '../tokens.ts';
import type { AnswersWork } from './works.ts';

/** As the synthesis stage counts where the file says nothing. */
const usualTotal = 240;
/** The instruction around a passage. */
const promptTokens = 120;
const mostAnswerTokens = 16 + 64 * 2;

/** What the teacher is asked: prompts on real rows as synthesis writes them, and for the rest passages, which are not cut before a run indexes them. */
export function synthesisWorks({ synthesis, knowledge }: PipelineSpec, task: TaskShape, train: readonly Row[]): AnswersWork[] {
  if (!synthesis || train.length === 0) return [];
  const perLabel = synthesis.perLabel && task.type === 'classification' ? synthesis.perLabel * task.labels.length : null;
  const total = synthesis.total ?? perLabel ?? Math.min(usualTotal, train.length);
  const { generators } = synthesis;
  const ofRows = generators.filter((g) => g !== 'document-qa');
  const wanted = Math.ceil((total * ofRows.length) / generators.length);
  const requests = wanted === 0 ? [] : planFromRows(task, train, ofRows, wanted);
  const { provider, model } = modelOf(synthesis.teacher);
  const usual = {
    label: 'rows',
    provider,
    base: model,
    kind: 'synthesis',
    isTuned: false,
    times: 1,
    answers: null,
    maxTokens: mostAnswerTokens,
  } as const;
  const passage: Conversation = [{ role: 'user', content: '' }];
  return [
    { ...usual, conversations: requests, passageTokens: 0 },
    {
      ...usual,
      label: 'rows from documents',
      conversations: Array.from({ length: total - requests.length }, () => passage),
      passageTokens: (knowledge?.chunkTokens ?? 120) + promptTokens,
    },
  ].filter((work) => work.conversations.length > 0);
}

type Generators = NonNullable<PipelineSpec['synthesis']>['generators'];

/** None where no generator applies without documents or labels: a run says so itself. */
function planFromRows(task: TaskShape, train: readonly Row[], generators: Generators, total: number): Conversation[] {
  try {
    const planned = planCandidates({ task: task.type, train, chunks: [], generators, total, confusable: new Map(), seed: 7 });
    return planned.map(({ prompt }) => [{ role: 'user', content: prompt }]);
  } catch {
    return [];
  }
}
