/** What a run will pay for, as texts whose tokens can be counted: rendered by the same functions that render it when it is bought. */
import type { PromptTemplate, TaskShape } from '../../../contracts/artifact.ts';
import type { PipelineSpec } from '../../../contracts/pipeline-spec.ts';
import type { Row, Split } from '../../../contracts/rows.ts';
import type { PipelinePlan, TunedPlan } from '../../../contracts/plan.ts';
import { chooseExamples } from '../../prompt/examples.ts';
import { renderMessages } from '../../prompt/render.ts';
import { bareTemplate, decodingOf, promptTemplate, tunedTemplate } from '../../prompt/template.ts';
import { plannedCandidates, planRun } from '../../run/plan.ts';
import type { Conversation } from '../tokens.ts';
import { synthesisWorks } from './synthesis-works.ts';

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
  /** Such jobs, one as the other: the trials of a sweep's round. */
  readonly times: number;
  readonly conversations: readonly Conversation[];
  readonly validation: readonly Conversation[];
  /** Rows that synthesis may add, as a share of those that are there. */
  readonly addedShare: number;
  /** Tokens of retrieved passages in each row. */
  readonly passageTokens: number;
}
export interface AnswersWork extends Place {
  readonly kind: 'evaluation' | 'synthesis';
  readonly isTuned: boolean;
  readonly times: number;
  readonly conversations: readonly Conversation[];
  /** What is answered most likely; null where nobody knows. */
  readonly answers: readonly string[] | null;
  readonly maxTokens: number;
  /** Tokens of retrieved passages in each question. */
  readonly passageTokens: number;
}
export type Work = TrainingWork | AnswersWork;

/** Every step of a run that a provider may charge for, in the order of the run. */
export function worksOf(input: EstimateInput): readonly Work[] {
  const { spec, task, rows } = input;
  const plan = planRun(spec);
  const synthesis = synthesisWorks(spec, task, rows.train);
  const added = synthesis.reduce((sum, work) => sum + work.conversations.length, 0);
  const untuned = plan.untuned.flatMap((arm) => {
    const place = { label: arm.name, provider: arm.provider, base: arm.base };
    if (arm.kind === 'classical' || arm.kind === 'embedding') return [linear(place, rows), ...answers(input, place, bareTemplate, { isTuned: true })];
    const examples = arm.examples === 0 ? [] : chooseExamples(rows.train, arm.examples);
    const withPassages = arm.kind === 'rag';
    const template = promptTemplate(task, arm.instruction ?? spec.task.instruction, { examples, withPassages });
    return answers(input, place, template, { withPassages });
  });
  const addedShare = rows.train.length === 0 ? 0 : added / rows.train.length;
  return [...synthesis, ...untuned, ...trainings(spec, plan).flatMap((training) => tunedWorks(input, training, addedShare))];
}

interface Training {
  readonly plan: TunedPlan;
  readonly label: string;
  readonly epochs: number;
  /** Of the training rows. */
  readonly share: number;
  readonly times: number;
  /** Trials answer validation rows alone. */
  readonly asked: readonly ('validation' | 'test')[];
}

/** Every job of a run: its candidates, the rounds of a sweep, the points of a learning curve. Of a sweep, only the winner answers the test rows. */
function trainings(spec: PipelineSpec, { tuned, sweep, learningCurve = [] }: PipelinePlan): Training[] {
  const candidates = tuned.map((plan): Training => {
    const isTrial = plan.trial !== undefined;
    return {
      plan,
      label: plan.name,
      epochs: settingsOf(spec, plan).epochs,
      share: 1,
      times: 1,
      asked: isTrial ? ['validation'] : ['validation', 'test'],
    };
  });
  const rounds = (sweep?.rungs ?? []).map((rung, r): Training => {
    const times = r === 0 ? rung.epochs.length : (sweep?.rungs[r - 1]?.keep ?? 1);
    const epochs = rung.epochs.reduce((a, b) => a + b, 0) / rung.epochs.length;
    const isLast = r === (sweep?.rungs.length ?? 0) - 1;
    const plan = sweep?.candidate as TunedPlan;
    return {
      plan,
      label: `${plan.name}, round ${r + 1} of the sweep`,
      epochs,
      share: 1,
      times,
      asked: isLast ? ['validation', 'test'] : ['validation'],
    };
  });
  const first = sweep?.candidate ?? tuned[0];
  const points = first
    ? learningCurve.map((share): Training => {
        const label = `${first.name} on ${Math.round(share * 100)} % of the rows`;
        return { plan: first, label, epochs: settingsOf(spec, first).epochs, share, times: 1, asked: ['validation'] };
      })
    : [];
  return [...candidates, ...rounds, ...points];
}

function settingsOf(spec: PipelineSpec, { name, trial }: TunedPlan): PipelineSpec['candidates']['tuned'][number]['hyperparameters'] {
  const specs = spec.candidates.tuned.flatMap((t) => t.seeds.map(() => t));
  const found = specs[plannedCandidates(spec).findIndex((planned) => planned.name === (trial?.of ?? name))];
  if (!found) throw new RangeError(`the spec has no candidate ${name}`);
  return found.hyperparameters;
}

function tunedWorks(input: EstimateInput, { plan, label, epochs, share, times, asked }: Training, addedShare: number): Work[] {
  const { spec, task, rows } = input;
  const place = { label, provider: plan.provider, base: plan.base };
  const template = tunedTemplate(task, spec.task.instruction, plan.rag);
  const { maxLength, batchSize, rank } = settingsOf(spec, plan);
  const training: TrainingWork = {
    ...place,
    kind: 'training',
    method: plan.method,
    epochs,
    maxLength,
    batchSize,
    rank,
    times,
    conversations: trainingConversations(template, rows.train.slice(0, Math.ceil(rows.train.length * share))),
    validation: trainingConversations(template, rows.validation),
    addedShare: plan.trial?.withoutSynthetic ? 0 : addedShare,
    passageTokens: plan.rag ? passageTokensOf(spec) : 0,
  };
  return [training, ...answers(input, place, template, { isTuned: true, withPassages: plan.rag, splits: asked, times })];
}

function answers(
  { spec, task, rows }: EstimateInput,
  place: Place,
  template: PromptTemplate,
  { isTuned = false, withPassages = false, splits = ['validation', 'test'], times = 1 }: AnswersOptions,
): AnswersWork[] {
  return splits.map((split) => ({
    ...place,
    label: `${place.label} on ${split} rows`,
    kind: 'evaluation',
    isTuned,
    // The rounds of a sweep answer validation rows each, the winner alone the test rows.
    times: split === 'test' ? 1 : times,
    conversations: rows[split].map(({ id, input }) => renderMessages(template, { id, input })),
    answers: rows[split].map((row) => row.output),
    maxTokens: decodingOf(task).maxTokens,
    passageTokens: withPassages ? passageTokensOf(spec) : 0,
  }));
}

const passageTokensOf = ({ knowledge }: PipelineSpec): number => (knowledge ? knowledge.passages * knowledge.chunkTokens : 0);

interface AnswersOptions {
  readonly isTuned?: boolean;
  readonly withPassages?: boolean;
  readonly splits?: readonly ('validation' | 'test')[];
  readonly times?: number;
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
  times: 1,
  conversations: trainingConversations(bareTemplate, rows.train),
  validation: [],
  addedShare: 0,
  passageTokens: 0,
});
