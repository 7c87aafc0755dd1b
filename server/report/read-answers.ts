import type { Prediction, Row } from '../../contracts/rows.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import type { ArtifactStore } from '../../db/artifacts/store.ts';
import { calibration } from '../../domain/evaluation/calibration.ts';
import type { Calibration } from '../../domain/report/report-data.ts';
import type { Answered } from '../../domain/report/row-evidence.ts';

/** Rows enough to draw a reliability diagram from; more would only weigh. */
const mostScored = 20_000;

/** @param metric whose mark of each answer is its score */
export async function readAnswers(artifacts: ArtifactStore, ref: ArtifactRef, metric: string): Promise<Answered[]> {
  const answers: Answered[] = [];
  for await (const p of artifacts.getLines<Prediction>(ref)) answers.push(answeredOf(p, metric));
  return answers;
}

/** The answers to some rows only, by row id. */
export async function readAnswersTo(
  artifacts: ArtifactStore,
  ref: ArtifactRef,
  metric: string,
  wanted: ReadonlySet<string>,
): Promise<Map<string, Answered>> {
  const answers = new Map<string, Answered>();
  for await (const p of artifacts.getLines<Prediction>(ref)) if (wanted.has(p.row)) answers.set(p.row, answeredOf(p, metric));
  return answers;
}

const answeredOf = ({ row, expected, answer, marks }: Prediction, metric: string): Answered => ({
  row,
  expected,
  answer,
  score: marks?.[metric] ?? null,
});

/** The inputs of some test rows, and the columns of all that slices need. */
export async function readTest(artifacts: ArtifactStore, ref: ArtifactRef, wanted: ReadonlySet<string>, columns: readonly string[]) {
  const inputs = new Map<string, string>();
  const values = new Map(columns.map((column) => [column, new Map<string, string>()]));
  for await (const row of artifacts.getLines<Row>(ref)) {
    if (wanted.has(row.id)) inputs.set(row.id, row.input);
    for (const column of columns) values.get(column)?.set(row.id, row.columns[column] ?? '');
  }
  return { inputs, values };
}

/** Null where the arm's serving path gives no scores. */
export async function readCalibration(artifacts: ArtifactStore, arm: string, ref: ArtifactRef): Promise<Calibration | null> {
  const scored: { expected: string; scores: NonNullable<Prediction['scores']> }[] = [];
  for await (const { expected, scores } of artifacts.getLines<Prediction>(ref)) {
    if (scores === null) return null;
    if (Object.keys(scores).length > 0) scored.push({ expected, scores });
    if (scored.length === mostScored) break;
  }
  const measured = calibration(scored);
  return measured && { arm, ...measured };
}
