import { setImmediate } from 'node:timers/promises';
import type { Artifact } from '../../contracts/artifact.ts';
import type { Judgement } from '../../contracts/judge.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { Arm, FrozenDataset } from '../../contracts/plan.ts';
import type { ArtifactRef, Estimate } from '../../contracts/run.ts';
import type { Prediction, Row } from '../../contracts/rows.ts';
import { findEvaluation } from '../../db/queries/arms.ts';
import { findCopies } from '../../domain/gate/find-copies.ts';
import type { GateArm, GateInput, GateSlices, GateSuite, GateTarget } from '../../domain/gate/gate-input.ts';
import type { ActivityDeps } from '../deps.ts';
import { earlierTraining } from './earlier-training.ts';
import { readRows } from '../dataset/rows.ts';
import { type Judge, judgementKey } from '../evaluation/judge.ts';
import { preferencesBetween } from '../evaluation/preferences.ts';
import { loadSuites, suiteModels, suiteScores } from '../evaluation/suites.ts';
import type { RunContext } from '../run/spec.ts';

/** An arm with its answers to one side's rows; none where it was not asked, as for a candidate that is the champion. */
export async function gateArm(deps: ActivityDeps, arm: Arm, rows: ArtifactRef, metric: string, judge: Judge | null): Promise<GateArm> {
  const evaluation = await findEvaluation(deps.db, arm.artifact, rows);
  const predictions: Prediction[] = [];
  if (evaluation) for await (const p of deps.store.getLines<Prediction>(evaluation.predictionsRef as ArtifactRef)) predictions.push(p);
  const grades = judge && metric === 'judge' ? await gradesOf(deps, judge, arm, rows) : null;
  if (grades) return { name: arm.name, artifact: arm.artifact, predictions, ...grades };
  const scores = Object.fromEntries(predictions.flatMap((p) => (p.marks?.[metric] === undefined ? [] : [[p.row, p.marks[metric]]])));
  return { name: arm.name, artifact: arm.artifact, predictions, ...(Object.keys(scores).length > 0 ? { scores } : {}) };
}

async function gradesOf(deps: ActivityDeps, judge: Judge, arm: Arm, rows: ArtifactRef): Promise<Pick<GateArm, 'scores' | 'ungraded'>> {
  const known = await findEvaluation(deps.db, judgementKey(judge, [arm.artifact]), rows);
  const scores: Record<string, number> = {};
  let ungraded = 0;
  if (known) {
    for await (const { row, score } of deps.store.getLines<Judgement>(known.predictionsRef as ArtifactRef)) {
      if (score === null) ungraded += 1;
      else scores[row] = score;
    }
  }
  return { scores, ungraded };
}

/** Preferences cannot choose among many arms; the grades of the same judge do. */
export async function validationValue(deps: ActivityDeps, arm: Arm, dataset: FrozenDataset, metric: string, judge: Judge | null): Promise<number> {
  const isJudged = judge !== null && (metric === 'judge' || metric === 'preference');
  const evaluation = await findEvaluation(deps.db, isJudged ? judgementKey(judge, [arm.artifact]) : arm.artifact, dataset.validation);
  const metrics = (evaluation?.metrics ?? {}) as Record<string, Estimate | undefined>;
  return metrics[isJudged ? 'judge' : metric]?.value ?? Number.NaN;
}

/** What the judge prefers, where the run has one. */
export async function preferredOver(
  deps: ActivityDeps,
  judge: Judge | null,
  candidate: Arm,
  target: Arm,
  dataset: FrozenDataset,
): Promise<Pick<GateTarget, 'preferences'>> {
  const arms = { candidate: candidate.artifact, target: target.artifact };
  const preferences = judge && (await preferencesBetween(deps, judge, arms, dataset.test));
  return preferences ? { preferences } : {};
}

export const groupsOf = (test: readonly Row[]): Record<string, string | null> => Object.fromEntries(test.map((row) => [row.id, row.group]));

export const slicesOf = (test: readonly Row[], columns: readonly string[]): GateSlices[] =>
  columns.map((column) => ({ column, values: Object.fromEntries(test.map((row) => [row.id, row.columns[column] ?? ''])) }));

/** Whether an arm answered other rows, or was marked against other answers, than stand in the frozen test set. */
export function isTestChanged(test: readonly Row[], dataset: FrozenDataset, arms: readonly GateArm[]): boolean {
  const expected = new Map(test.map((row) => [row.id, row.output]));
  return test.length !== dataset.rows.test || arms.some((arm) => arm.predictions.some((p) => expected.get(p.row) !== p.expected));
}

const rowsAtOnce = 2000;
const shownCopies = 3;

/** Copies of test rows among the rows and examples that the candidate, and the models that it went on from, learned from; looks up to `shownCopies` of them in words. */
export async function copiesOfTest(
  deps: ActivityDeps,
  test: readonly Row[],
  arm: Arm,
  dataset: FrozenDataset,
  spec: PipelineSpec,
): Promise<string[]> {
  const copyOf = findCopies(
    test.map(({ id, input }) => ({ row: id, input })),
    spec.dataset.nearDuplicate,
  );
  const artifact = await deps.store.getJson<Artifact>(arm.artifact);
  const earlier = await Promise.all((await earlierTraining(deps, spec)).map((rows) => readRows(deps, rows)));
  const learned = [
    ...(await readRows(deps, dataset.train)).map(({ id, input }) => ({ where: `training row ${id}`, input })),
    ...earlier.flat().map(({ id, input }) => ({ where: `training row ${id} of a model that it went on from`, input })),
    ...artifact.prompt.examples.map(({ input }, i) => ({ where: `example ${i + 1} of the prompt`, input })),
  ];
  const found: string[] = [];
  for (const [i, { where, input }] of learned.entries()) {
    const row = copyOf(input);
    if (row !== null) found.push(`${where} copies ${row}`);
    if (found.length === shownCopies) break;
    if (i % rowsAtOnce === rowsAtOnce - 1) await setImmediate();
  }
  return found;
}

export async function measuredOf(deps: ActivityDeps, arm: Arm, dataset: FrozenDataset): Promise<NonNullable<GateInput['measured']>> {
  const evaluation = await findEvaluation(deps.db, arm.artifact, dataset.test);
  if (!evaluation) return { p95Ms: null, usdPerThousand: null };
  return { p95Ms: evaluation.p95Ms, usdPerThousand: evaluation.n === 0 ? null : (evaluation.microUsd / 1e6 / evaluation.n) * 1000 };
}

/** Each suite's row scores of candidate and target; empty where they were not asked, which the gate then says. */
export async function suitesOf(
  deps: ActivityDeps,
  context: RunContext,
  dataset: FrozenDataset,
  candidate: Arm,
  champion: Arm | null,
): Promise<GateSuite[]> {
  const suites = await loadSuites(deps, context, dataset);
  if (suites.length === 0) return [];
  const models = await suiteModels(deps, candidate, champion);
  return Promise.all(
    suites.map(async (suite) => {
      const [own, other] = [await suiteScores(deps, models.candidate, suite), await suiteScores(deps, models.target, suite)];
      return {
        name: suite.name,
        against: models.against,
        candidate: own && other ? own : [],
        target: own && other ? other : [],
        groups: suite.rows.map((row) => row.pair),
      };
    }),
  );
}
