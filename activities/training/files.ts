import type { TunedSpec } from '../../contracts/pipeline-spec.ts';
import type { TunedPlan } from '../../contracts/plan.ts';
import type { Row } from '../../contracts/rows.ts';
import type { Artifact, PromptTemplate, TaskShape } from '../../contracts/artifact.ts';
import { passagesFor } from '../../db/knowledge/retrieve.ts';
import { renderPreferenceLine, renderTrainingLine } from '../../domain/prompt/render.ts';
import { bareTemplate, tunedTemplate } from '../../domain/prompt/template.ts';
import { writtenAnswer } from '../../domain/prompt/written-answer.ts';
import { sampleTraining } from '../../domain/dataset/balance.ts';
import { plannedCandidates } from '../../domain/run/plan.ts';
import { shareOf } from '../../domain/training/share-of.ts';
import { withDistractors } from '../../domain/synthesis/with-distractors.ts';
import { controlsOf, marksOf } from '../../domain/training/controls.ts';
import { sha256 } from '../../domain/hash.ts';
import type { ActivityDeps } from '../deps.ts';
import { loadManifest } from '../dataset/manifest.ts';
import { readRows } from '../dataset/rows.ts';
import { knowledgeDeps } from '../knowledge/deps.ts';
import { retrievalOf } from '../knowledge/retrieval.ts';
import { loadRun } from '../run/spec.ts';
import type { TrainingInput } from './input.ts';
import { startingModel } from './start.ts';

export interface JobFiles {
  readonly training: Uint8Array;
  readonly validation: Uint8Array;
  /** Hash over both rendered files. */
  readonly hash: string;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly method: string;
  readonly seed: number;
  /** The model that training goes on from, by the provider's name; absent where it begins at the base. */
  readonly startModel?: string;
}

const linearSeed = 7;

/** The chat files of one candidate: what the provider gets is what the training key is made from. */
export async function renderJobFiles(deps: ActivityDeps, input: TrainingInput): Promise<JobFiles> {
  const { spec } = await loadRun(deps, input.run);
  const manifest = await loadManifest(deps, input.dataset.hash);
  const isTuned = 'seed' in input.candidate;
  const template = isTuned ? tunedTemplate(manifest.task, spec.task.instruction, input.candidate.rag) : bareTemplate;
  const retrieval = isTuned && input.candidate.rag ? retrievalOf(spec, input.dataset) : null;
  const tuned = isTuned ? tunedSpecOf(spec, input.candidate) : null;
  const isPreference = isTuned && input.candidate.method === 'dpo';
  const trial = isTuned ? input.candidate.trial : undefined;
  const [all, held] = await Promise.all([readRows(deps, input.dataset.train), readRows(deps, input.dataset.validation)]);
  const train = shareOf(trial?.withoutSynthetic ? all.filter((row) => row.origin === null) : all, trial?.share ?? 1);
  const [training, validation] = await Promise.all([
    render(deps, sampleTraining(train, spec.dataset), manifest.task, template, retrieval, isPreference, tuned),
    render(deps, held, manifest.task, template, retrieval, isPreference, null),
  ]);
  const hash = sha256(`${sha256(training)}\n${sha256(validation)}`);
  if (!isTuned || tuned === null) return { training, validation, hash, hyperparameters: {}, method: 'linear', seed: linearSeed };
  const start = await startingModel(deps, tuned);
  const hyperparameters = {
    ...tuned.hyperparameters,
    ...controlsOf(tuned),
    ...trial?.hyperparameters,
    ...(start ? { startFrom: start.artifact } : {}),
  };
  return {
    training,
    validation,
    hash,
    hyperparameters,
    method: tuned.method,
    seed: input.candidate.seed,
    ...(start ? { startModel: start.model } : {}),
  };
}

/** Rows of a model that retrieves are rendered with the passages that it will be given for them. */
async function render(
  deps: ActivityDeps,
  rows: readonly Row[],
  task: TaskShape,
  template: PromptTemplate,
  retrieval: Artifact['retrieval'],
  isPreference: boolean,
  marked: TunedSpec | null,
): Promise<Uint8Array> {
  // A pair that synthesis made repeats a row with a worse answer beside it: nothing new for a method that takes one answer.
  const usable = rows.filter((row) => (isPreference ? row.rejected !== undefined : row.origin?.generator !== 'preference'));
  const passages = await passagesFor(
    knowledgeDeps(deps),
    { retrieval },
    usable.map((row) => row.input),
  );
  const lines = usable.map((row, i) => {
    const rendered = { ...row, output: writtenAnswer(task, row.output), passages: withDistractors(passages[i] ?? [], row.origin?.passage, row.id) };
    const marks = marked ? marksOf(row, marked) : {};
    return isPreference
      ? renderPreferenceLine(template, { ...rendered, rejected: row.rejected ?? '' }, marks)
      : renderTrainingLine(template, rendered, marks);
  });
  return Buffer.from(lines.length > 0 ? `${lines.join('\n')}\n` : '');
}

/** The spec entry that a planned candidate came from: both lists are in the same order. */
function tunedSpecOf(spec: Parameters<typeof plannedCandidates>[0], candidate: TunedPlan): TunedSpec {
  const flat = spec.candidates.tuned.flatMap((t) => t.seeds.map(() => t));
  const wanted = candidate.trial?.of ?? candidate.name;
  const found = flat[plannedCandidates(spec).findIndex((t) => t.name === wanted)];
  if (!found) throw new RangeError(`the spec has no candidate ${candidate.name}`);
  return found;
}
