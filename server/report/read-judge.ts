/** What a judge said in a run, what people said of the same answers, and which answers people may label next. */
import type { AnswerToLabel, Judgement } from '../../contracts/judge.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import type { Prediction, Row } from '../../contracts/rows.ts';
import type { ArtifactStore } from '../../db/artifacts/store.ts';
import type { Database } from '../../db/database.ts';
import { type EvaluationRow, findEvaluation } from '../../db/queries/arms.ts';
import { judgedArms, labelsOf } from '../../db/queries/judge.ts';
import { agreement } from '../../domain/evaluation/judge/agreement.ts';
import { gradeOf } from '../../domain/evaluation/judge/rubric.ts';
import { chooseToLabel } from '../../domain/evaluation/judge/choose-to-label.ts';
import type { JudgeReport } from '../../domain/report/report-data.ts';

interface Judged {
  readonly judgement: ArtifactRef;
  readonly artifact: string;
  readonly grades: ReadonlyMap<string, number>;
  readonly asked: Pick<JudgeReport, 'model' | 'rubric'>;
}

/** Null where nobody graded. */
export async function readJudge(artifacts: ArtifactStore, db: Database, run: string, test: string): Promise<JudgeReport | null> {
  const judged = await readJudged(artifacts, db, run, test);
  const [first] = judged;
  return first ? { ...first.asked, agreement: await readAgreement(db, judged) } : null;
}

/** The judge, with the answers that are to be labelled next: of every grade some, and none twice. */
export async function readSample(
  artifacts: ArtifactStore,
  db: Database,
  run: string,
  test: ArtifactRef,
  count: number,
): Promise<(JudgeReport & { sample: AnswerToLabel[] }) | null> {
  const judged = await readJudged(artifacts, db, run, test);
  const [first] = judged;
  if (!first) return null;
  const labels = await labelsOf(
    db,
    judged.map(({ judgement }) => judgement),
  );
  const known = new Set(labels.map(({ judgement, row }) => `${judgement} ${row}`));
  const open = judged.flatMap(({ judgement, artifact, grades }) =>
    [...grades].flatMap(([row, grade]) => (known.has(`${judgement} ${row}`) ? [] : [{ judgement, artifact, row, grade }])),
  );
  const chosen = chooseToLabel(open, count);
  const rows = new Map<string, Row>();
  for await (const row of artifacts.getLines<Row>(test)) rows.set(row.id, row);
  const answers = await readAnswers(artifacts, db, new Set(chosen.map(({ artifact }) => artifact)), test);
  const sample = chosen.flatMap(({ judgement, artifact, row }): AnswerToLabel[] => {
    const [asked, answer] = [rows.get(row), answers.get(`${artifact} ${row}`) ?? null];
    return asked && answer !== null ? [{ judgement, row, input: asked.input, expected: asked.output, answer }] : [];
  });
  return { ...first.asked, agreement: await readAgreement(db, judged), sample };
}

async function readJudged(artifacts: ArtifactStore, db: Database, run: string, test: string): Promise<Judged[]> {
  const arms = await judgedArms(db, run);
  const read = await Promise.all(
    arms.map(async ({ judgement, artifact }): Promise<Judged[]> => {
      const evaluation = await findEvaluation(db, judgement, test);
      if (!evaluation) return [];
      const grades = new Map<string, number>();
      for await (const { row, score, isAsked } of artifacts.getLines<Judgement>(evaluation.predictionsRef as ArtifactRef))
        if (score !== null && isAsked !== false) grades.set(row, gradeOf(score));
      return [{ judgement: judgement as ArtifactRef, artifact, grades, asked: askedOf(evaluation) }];
    }),
  );
  return read.flat();
}

const askedOf = ({ metrics }: EvaluationRow) => (metrics as { asked: Judged['asked'] }).asked;

async function readAgreement(db: Database, judged: readonly Judged[]): Promise<JudgeReport['agreement']> {
  const grades = new Map(judged.map((one) => [one.judgement as string, one.grades]));
  const labels = await labelsOf(db, [...grades.keys()]);
  return agreement(
    labels.flatMap(({ judgement, row, grade }) => {
      const judge = grades.get(judgement)?.get(row);
      return judge === undefined ? [] : [{ person: grade, judge }];
    }),
  );
}

async function readAnswers(artifacts: ArtifactStore, db: Database, of: ReadonlySet<string>, test: string): Promise<Map<string, string | null>> {
  const answers = new Map<string, string | null>();
  for (const artifact of of) {
    const evaluation = await findEvaluation(db, artifact, test);
    if (!evaluation) continue;
    for await (const { row, answer } of artifacts.getLines<Prediction>(evaluation.predictionsRef as ArtifactRef))
      answers.set(`${artifact} ${row}`, answer);
  }
  return answers;
}
