/** What a run will pay for, as texts whose tokens can be counted: rendered by the same functions that render it when it is bought. */
import type { PromptTemplate, TaskShape } from '../../../contracts/artifact.ts';
import type { PipelineSpec } from '../../../contracts/pipeline-spec.ts';
import type { Row, Split } from '../../../contracts/rows.ts';
import { chooseExamples } from '../../prompt/examples.ts';
import { renderMessages } from '../../prompt/render.ts';
import { bareTemplate, decodingOf, promptTemplate, tunedTemplate } from '../../prompt/template.ts';
import { planRun } from '../../run/plan.ts';
import { planCandidates } from '../../synthesis/plan-candidates.ts';
import type { Conversation } from '../tokens.ts';

export interface EstimateInput {
  readonly spec: PipelineSpec;
  readonly task: TaskShape;
  /** As a run would freeze them. */
  readonly rows: Readonly<Record<Split, readonly Row[]>>;
}

interface Place {
  readonly label: string;
  readonly provider: string;
  readonly base: string;
}
export interface TrainingWork extends Place {
  readonly kind: 'training';
  readonly method: string;
  readonly epochs: number;
  readonly maxLength: number;
  readonly batchSize: number;
  readonly rank: number;
  readonly conversations: readonly Conversation[];
  readonly validation: readonly Conversation[];
  /** Rows that synthesis may add, as a share of those that are there. */
  readonly addedShare: number;
}
export interface AnswersWork extends Place {
  readonly kind: 'evaluation' | 'synthesis';
  readonly isTuned: boolean;
  readonly conversations: readonly Conversation[];
  /** What is answered most likely; null where nobody knows. */
  readonly answers: readonly string[] | null;
  readonly maxTokens: number;
  /** Tokens of retrieved passages in each question. */
  readonly passageTokens: number;
}
export type Work = TrainingWork | AnswersWork;

/** Every step of a run that a provider may charge for, in the order of the run. */
export function worksOf({ spec, task, rows }: EstimateInput): readonly Work[] {
  const plan = planRun(spec);
  const tunedSpecs = spec.candidates.tuned.flatMap((t) => t.seeds.map(() => t));
  const added = syntheticRows(spec, task, rows.train.length);
  const asked = (place: Place, template: PromptTemplate, isTuned: boolean, hasPassages: boolean): AnswersWork[] =>
    (['validation', 'test'] as const).map((split) => ({
      ...place,
      label: `${place.label} on ${split} rows`,
      kind: 'evaluation',
      isTuned,
      conversations: rows[split].map(({ id, input }) => renderMessages(template, { id, input })),
      answers: rows[split].map((row) => row.output),
      maxTokens: decodingOf(task).maxTokens,
      passageTokens: hasPassages && spec.knowledge ? spec.knowledge.passages * spec.knowledge.chunkTokens : 0,
    }));
  const untuned = plan.untuned.flatMap((arm) => {
    const place = { label: arm.name, provider: arm.provider, base: arm.base };
    if (arm.kind === 'classical' || arm.kind === 'embedding') return [linear(place, rows), ...asked(place, bareTemplate, true, false)];
    const examples = arm.examples === 0 ? [] : chooseExamples(rows.train, arm.examples);
    const withPassages = arm.kind === 'rag';
    return asked(place, promptTemplate(task, spec.task.instruction, { examples, withPassages }), false, withPassages);
  });
  const tuned = plan.tuned.flatMap((arm, i) => {
    const place = { label: arm.name, provider: arm.provider, base: arm.base };
    const template = tunedTemplate(task, spec.task.instruction, arm.rag);
    const { epochs, maxLength, batchSize, rank } = tunedSpecs[i]?.hyperparameters ?? { epochs: 3, maxLength: 512, batchSize: 8, rank: 16 };
    const conversations = trainingConversations(template, rows.train);
    const validation = trainingConversations(template, rows.validation);
    const training: TrainingWork = {
      ...place,
      kind: 'training',
      method: arm.method,
      epochs,
      maxLength,
      batchSize,
      rank,
      conversations,
      validation,
      addedShare: rows.train.length === 0 ? 0 : added / rows.train.length,
    };
    return [training, ...asked(place, template, true, arm.rag)];
  });
  return [...synthesis(spec, task, rows.train, added), ...untuned, ...tuned];
}

const trainingConversations = (template: PromptTemplate, rows: readonly Row[]): Conversation[] =>
  rows.map((row) => [...renderMessages(template, { id: row.id, input: row.input }), { role: 'assistant', content: row.output }]);

const linear = (place: Place, rows: EstimateInput['rows']): TrainingWork => ({
  ...place,
  kind: 'training',
  method: 'linear',
  epochs: 1,
  maxLength: Number.MAX_SAFE_INTEGER,
  batchSize: 1,
  rank: 0,
  conversations: trainingConversations(bareTemplate, rows.train),
  validation: [],
  addedShare: 0,
});

function syntheticRows({ synthesis }: PipelineSpec, task: TaskShape, trainRows: number): number {
  if (!synthesis) return 0;
  return (
    synthesis.total ?? (synthesis.perLabel && task.type === 'classification' ? synthesis.perLabel * task.labels.length : Math.min(240, trainRows))
  );
}

/** Prompts as synthesis writes them; one from a document is as long as a passage. */
function synthesis(spec: PipelineSpec, task: TaskShape, train: readonly Row[], total: number): AnswersWork[] {
  if (!spec.synthesis || total === 0) return [];
  const { teacher, generators } = spec.synthesis;
  const fromRows = generators.filter((g) => g === 'paraphrase' || g === 'hard-negative');
  const requests =
    fromRows.length === 0
      ? []
      : planCandidates({
          task: task.type,
          train,
          chunks: [],
          generators: fromRows,
          total: Math.ceil((total * fromRows.length) / generators.length),
          confusable: new Map(),
          seed: 7,
        });
  const ofDocuments = Math.max(0, total - requests.length);
  const slash = teacher.indexOf('/');
  const place = { label: 'rows', provider: slash < 0 ? 'local' : teacher.slice(0, slash), base: slash < 0 ? teacher : teacher.slice(slash + 1) };
  const usual = { ...place, kind: 'synthesis', isTuned: false, answers: null, maxTokens: 16 + 64 * 2 } as const;
  const passage: Conversation = [{ role: 'user', content: '' }];
  return [
    { ...usual, conversations: requests.map(({ prompt }) => [{ role: 'user', content: prompt }]), passageTokens: 0 },
    {
      ...usual,
      label: 'rows from documents',
      conversations: Array.from({ length: ofDocuments }, () => passage),
      passageTokens: (spec.knowledge?.chunkTokens ?? 120) + 120,
    },
  ].filter((work) => work.conversations.length > 0);
}
