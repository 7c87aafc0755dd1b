/** Grading: a judge that is no candidate reads each answer beside the reference. Grades are kept by judge, rubric and artifact: nothing is graded twice. */
import type { Artifact } from '../../contracts/artifact.ts';
import type { Judgement } from '../../contracts/judge.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { Arm } from '../../contracts/plan.ts';
import type { ArtifactRef, Estimate } from '../../contracts/run.ts';
import type { Prediction, Row } from '../../contracts/rows.ts';
import { passagesFor } from '../../db/knowledge/retrieve.ts';
import { findEvaluation, saveEvaluation } from '../../db/queries/arms.ts';
import { baseOfModel } from '../../db/queries/jobs.ts';
import { decodeText } from '../../domain/dataset/decode.ts';
import { groundingMetrics, groundingQuestions, readGrounding } from '../../domain/evaluation/judge/grounding.ts';
import { isSameModel } from '../../domain/evaluation/judge/is-same-model.ts';
import { type JudgeQuestion, judgePromptVersion, judgeRequest } from '../../domain/evaluation/judge/question.ts';
import { readGrade, rubricQuestion, usualRubric } from '../../domain/evaluation/judge/rubric.ts';
import { estimateOf, meanScores } from '../../domain/evaluation/sums-bootstrap.ts';
import { refOf, sha256 } from '../../domain/hash.ts';
import { modelOf } from '../../domain/provider-model.ts';
import { buyAnswers } from '../cost/answers.ts';
import { filesOf } from '../dataset/sources.ts';
import type { ActivityDeps } from '../deps.ts';
import { knowledgeDeps } from '../knowledge/deps.ts';
import type { PartReport } from '../progress.ts';
import type { RunContext } from '../run/spec.ts';

const seed = 7;

export interface Judge {
  readonly provider: string;
  readonly model: string;
  readonly rubric: string;
}

/** The judge of a run, or null where it has none. */
export async function judgeOf(deps: Pick<ActivityDeps, 'store'>, { spec, files }: RunContext): Promise<Judge | null> {
  const { judge } = spec.evaluation;
  if (judge === undefined) return null;
  const file = judge.rubric === undefined ? undefined : filesOf(files, judge.rubric)[0];
  const rubric = file ? decodeText(await deps.store.get(file.file.ref), file.name).trim() : usualRubric;
  return { ...modelOf(judge.model), rubric };
}

/** Under what a judge's word on some artifacts is kept. */
export const judgementKey = ({ provider, model, rubric }: Judge, of: readonly ArtifactRef[]): ArtifactRef =>
  refOf({ kind: 'judgement', version: judgePromptVersion, judge: `${provider}/${model}`, rubric: sha256(rubric), of });

/** Where the judge's word is to be asked, and for whose account. */
export interface Asking {
  readonly run: string;
  readonly label: string;
  readonly key: string;
  readonly signal: AbortSignal;
  readonly report: (p: PartReport) => void;
}

/** Puts questions to the judge; its text by question id, absent where the call failed for good. */
export async function askJudge(deps: ActivityDeps, judge: Judge, questions: readonly JudgeQuestion[], asking: Asking) {
  const provider = deps.providers(judge.provider);
  const model = await provider.deploy({ base: judge.model, weights: null }, { signal: asking.signal });
  const requests = questions.map((question) => judgeRequest(question, model));
  const started = performance.now();
  const bought = await buyAnswers(
    deps,
    {
      run: asking.run,
      purpose: `judge:${asking.key}`,
      kind: 'evaluation',
      label: asking.label,
      provider: judge.provider,
      model: judge.model,
      isTuned: false,
    },
    requests,
  );
  const answers = await provider.batch(sha256(`judge\n${asking.key}\n${model}`), requests, asking.report, { signal: asking.signal });
  const ms = performance.now() - started;
  const microUsd = bought.costOf(answers, ms);
  await bought.settle(microUsd);
  const texts = new Map(questions.map(({ id }, i) => [id, answers[i]?.error === null ? answers[i].text : undefined]));
  return { reply: (id: string) => texts.get(id), microUsd, seconds: ms / 1000 };
}

/** Grades an arm's answers to some rows, which it must have given before. */
export async function gradeArm(
  deps: ActivityDeps,
  judge: Judge,
  arm: Arm,
  rows: readonly Row[],
  rowsRef: ArtifactRef,
  asking: Omit<Asking, 'key' | 'label'>,
) {
  const key = judgementKey(judge, [arm.artifact]);
  if (await findEvaluation(deps.db, key, rowsRef)) return key;
  const artifact = await deps.store.getJson<Artifact>(arm.artifact);
  await refuseSelfJudgement(deps, judge, artifact, arm.name);
  const answers = await answersTo(deps, arm.artifact, rowsRef);
  const passages = await passagesFor(
    knowledgeDeps(deps, asking.signal),
    artifact,
    rows.map((row) => row.input),
  );
  const graded = rows.flatMap((row, i) => {
    const answer = answers.get(row.id) ?? null;
    return answer === null ? [] : [{ row: row.id, input: row.input, expected: row.output, answer, passages: passages[i] ?? [] }];
  });
  const isGrounded = artifact.retrieval !== null;
  const questions = graded.flatMap((row) => [rubricQuestion(row, judge.rubric), ...(isGrounded ? groundingQuestions(row) : [])]);
  const { reply, microUsd, seconds } = await askJudge(deps, judge, questions, {
    ...asking,
    key: `${key}:${rowsRef}`,
    label: `grades of ${arm.name}`,
  });
  const known = new Map(
    graded.map((row): [string, Judgement] => [
      row.row,
      {
        row: row.row,
        score: readGrade(reply(`${row.row}#rubric`) ?? ''),
        ...(isGrounded ? { grounding: readGrounding(row, reply) } : {}),
      },
    ]),
  );
  const judgements = rows.map(({ id }): Judgement => known.get(id) ?? { row: id, score: 0, isAsked: false });
  await saveEvaluation(deps.db, {
    artifact: key,
    rowsHash: rowsRef,
    split: 'judge',
    predictionsRef: await deps.store.putLines(judgements),
    metrics: { ...judgedMetrics(judgements, rows), asked: { model: `${judge.provider}/${judge.model}`, rubric: judge.rubric } },
    n: rows.length,
    unparseable: judgements.filter(({ score }) => score === null).length,
    microUsd,
    seconds,
    p50Ms: 0,
    p95Ms: 0,
  });
  return key;
}

/** @throws TunegateError `judge_is_judged` */
async function refuseSelfJudgement(deps: ActivityDeps, judge: Judge, { provider, base }: Artifact, arm: string): Promise<void> {
  if (!isSameModel(judge.model, (await baseOfModel(deps.db, provider, base)) ?? base)) return;
  throw new TunegateError('judge_is_judged', `the judge ${judge.provider}/${judge.model} is the model behind the arm ${arm}`, {
    where: 'evaluation.judge.model',
    remedy: 'name a judge that is no candidate and does not serve the endpoint: a model prefers its own answers',
  });
}

export async function answersTo(deps: ActivityDeps, artifact: ArtifactRef, rowsRef: ArtifactRef): Promise<Map<string, string | null>> {
  const evaluation = await findEvaluation(deps.db, artifact, rowsRef);
  const answers = new Map<string, string | null>();
  if (!evaluation) return answers;
  for await (const { row, answer, error } of deps.store.getLines<Prediction>(evaluation.predictionsRef as ArtifactRef))
    answers.set(row, error === null ? answer : null);
  return answers;
}

/** Means over the rows that have a figure, with their intervals. */
function judgedMetrics(judgements: readonly Judgement[], rows: readonly Row[]): Record<string, Estimate> {
  const mean = (pick: (j: Judgement) => number | null | undefined): Estimate | null => {
    const scored = judgements.flatMap((j, i) => {
      const value = pick(j);
      return typeof value === 'number' ? [{ value, group: rows[i]?.group ?? null }] : [];
    });
    if (scored.length === 0) return null;
    return estimateOf(
      meanScores(scored.map(({ value }) => value)),
      scored.map(({ group }) => group),
      { seed },
    );
  };
  const named = [['judge', mean((j) => j.score)] as const, ...groundingMetrics.map((name) => [name, mean((j) => j.grounding?.[name])] as const)];
  return Object.fromEntries(named.flatMap(([name, estimate]) => (estimate === null ? [] : [[name, estimate]])));
}
