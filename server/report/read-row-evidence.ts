import type { TaskShape } from '../../contracts/artifact.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import type { ArtifactStore } from '../../db/artifacts/store.ts';
import type { ReportData, Roles } from '../../domain/report/report-data.ts';
import { isRightAnswer } from '../../domain/report/right-answer.ts';
import { type Answered, compareRows, findMistakes, sliceRows } from '../../domain/report/row-evidence.ts';
import { readAnswers, readAnswersTo, readCalibration, readTest } from './read-answers.ts';

/** What a page shows; a list of rows shows them all. */
export const shownRows = 60;
const mostSliceValues = 12;

export interface RowSources {
  readonly task: TaskShape['type'];
  readonly test: ArtifactRef;
  readonly slices: readonly string[];
  readonly roles: Roles;
  /** By which free texts are ordered. */
  readonly metric: string;
  /** Of mistakes, and of changes. */
  readonly mostRows: number;
  readonly arms: readonly { readonly name: string; readonly predictions: ArtifactRef }[];
  /** Rows held out beside a champion, and what it and the candidate said to them; null where there are none. */
  readonly fresh: { readonly rows: ArtifactRef; readonly champion: ArtifactRef; readonly candidate: ArtifactRef } | null;
}
export type RowEvidence = Pick<ReportData, 'changes' | 'mistakes' | 'slices' | 'calibration'>;

const nothing: RowEvidence = { changes: null, mistakes: null, slices: [], calibration: [] };

/** Everything that is read from stored answers. Whole answers stand in memory for two or three arms; of the others only the rows that are shown. */
export async function readRowEvidence(artifacts: ArtifactStore, sources: RowSources): Promise<RowEvidence> {
  const { task, roles } = sources;
  const refOf = (name: string | null) => sources.arms.find((arm) => arm.name === name)?.predictions ?? null;
  const known = new Map<string, Promise<Answered[]>>();
  const answersOf = (name: string | null): Promise<Answered[]> => {
    const ref = refOf(name);
    if (name === null || ref === null) return Promise.resolve([]);
    const read = known.get(name) ?? readAnswers(artifacts, ref, sources.metric);
    known.set(name, read);
    return read;
  };

  const shown = await answersOf(roles.shown);
  if (roles.shown === null || shown.length === 0) return nothing;
  const found = findMistakes(task, shown, sources.mostRows);
  const { fresh, metric } = sources;
  const withFresh = async (name: string | null, said: ArtifactRef | undefined): Promise<Answered[]> => [
    ...(await answersOf(name)),
    ...(said ? await readAnswers(artifacts, said, metric) : []),
  ];
  const isCompared = roles.champion !== null && roles.candidate !== null;
  const champion = isCompared ? await withFresh(roles.champion, fresh?.champion) : [];
  const candidate = isCompared ? await withFresh(roles.candidate, fresh?.candidate) : [];
  const changed = champion.length === 0 ? [] : compareRows(task, champion, candidate);
  const shownChanges = changed
    .slice(0, sources.mostRows)
    .flatMap(({ place, verdict }) => (candidate[place] ? [{ ...candidate[place], verdict }] : []));

  const mistaken = found.places.flatMap((i) => shown[i] ?? []);
  const wanted = new Set([...mistaken, ...shownChanges].map((a) => a.row));
  const [{ inputs, values }, ...said] = await Promise.all([
    readTest(artifacts, sources.test, wanted, sources.slices),
    ...sources.arms.map(async ({ name, predictions }) => ({ name, answers: await readAnswersTo(artifacts, predictions, sources.metric, wanted) })),
  ]);
  const championSaid = new Map(champion.flatMap(({ row, answer }) => (wanted.has(row) ? [[row, answer] as const] : [])));
  if (fresh) for (const [row, input] of (await readTest(artifacts, fresh.rows, wanted, [])).inputs) inputs.set(row, input);
  const rival = [roles.champion, roles.bestUntuned, roles.candidate].find((name) => name !== null && name !== roles.shown) ?? null;
  const compared = [{ name: roles.shown, answers: shown }, ...(rival === null ? [] : [{ name: rival, answers: await answersOf(rival) }])].filter(
    (a) => a.answers.length > 0,
  );
  const calibrated = [...new Set([roles.shown, roles.candidate, roles.bestUntuned])].flatMap((name) => {
    const ref = refOf(name);
    return name !== null && ref !== null && task === 'classification' ? [readCalibration(artifacts, name, ref)] : [];
  });
  return {
    changes:
      champion.length === 0 || roles.candidate === null
        ? null
        : {
            candidate: roles.candidate,
            n: candidate.length,
            fresh: fresh ? candidate.length - (await answersOf(roles.candidate)).length : 0,
            same: candidate.length - changed.length,
            gains: changed.filter((c) => c.verdict === 'gain').length,
            losses: changed.filter((c) => c.verdict === 'loss').length,
            others: changed.filter((c) => c.verdict === 'other').length,
            rows: shownChanges.map(({ row, expected, answer, verdict }) => ({
              row,
              input: inputs.get(row) ?? '',
              expected,
              champion: championSaid.get(row) ?? null,
              candidate: answer,
              verdict,
            })),
          },
    mistakes: {
      arm: roles.shown,
      kind: found.kind,
      n: shown.length,
      total: found.total,
      rows: mistaken.map(({ row, expected }) => ({
        row,
        input: inputs.get(row) ?? '',
        expected,
        said: said.map(({ name, answers }) => {
          const { answer, score } = answers.get(row) ?? { answer: null, score: null };
          return { arm: name, answer, right: isRightAnswer(task, expected, answer), score };
        }),
      })),
    },
    slices:
      task === 'generation'
        ? []
        : sources.slices.map((column) => sliceRows(task, column, values.get(column) ?? new Map(), compared, mostSliceValues)),
    calibration: (await Promise.all(calibrated)).filter((c) => c !== null),
  };
}
