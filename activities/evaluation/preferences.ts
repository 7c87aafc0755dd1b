import type { Arm } from '../../contracts/plan.ts';
import type { Row } from '../../contracts/rows.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { findEvaluation, saveEvaluation } from '../../db/queries/arms.ts';
import { type Preference, preferenceQuestions, readPreference } from '../../domain/evaluation/judge/preference.ts';
import type { ActivityDeps } from '../deps.ts';
import { answersTo, askJudge, type Asking, type Judge, judgementKey } from './judge.ts';

/**
 * Which of two arms' answers the judge prefers, row by row and in both orders. An arm that gave no answer loses to one that did, and equal answers
 * are a tie; neither is asked about.
 */
export async function compareAnswers(
  deps: ActivityDeps,
  judge: Judge,
  { candidate, target }: { candidate: Arm; target: Arm },
  rows: readonly Row[],
  rowsRef: ArtifactRef,
  asking: Omit<Asking, 'key' | 'label'>,
): Promise<void> {
  const key = judgementKey(judge, [candidate.artifact, target.artifact]);
  if (await findEvaluation(deps.db, key, rowsRef)) return;
  const [own, other] = [await answersTo(deps, candidate.artifact, rowsRef), await answersTo(deps, target.artifact, rowsRef)];
  const pairs = rows.map((row) => {
    const [a, b] = [own.get(row.id) ?? null, other.get(row.id) ?? null];
    const asked = { row: row.id, input: row.input, expected: row.output };
    const isAsked = a !== null && b !== null && a !== b;
    return { row: row.id, a, b, questions: isAsked ? preferenceQuestions({ ...asked, answer: a }, { ...asked, answer: b }, judge.rubric) : null };
  });
  const questions = pairs.flatMap((pair) => pair.questions ?? []);
  const { reply, microUsd, seconds } = await askJudge(deps, judge, questions, {
    ...asking,
    key: `${key}:${rowsRef}`,
    label: `preferences between ${candidate.name} and ${target.name}`,
  });
  const preferences = pairs.map((pair): Preference => {
    const { row, questions: both } = pair;
    if (both) return readPreference(row, reply(both[0].id) ?? '', reply(both[1].id) ?? '');
    const verdict = pair.a === pair.b ? 0 : pair.a === null ? -1 : pair.b === null ? 1 : 0;
    return { row, verdict, flipped: false, unreadable: false };
  });
  await saveEvaluation(deps.db, {
    artifact: key,
    rowsHash: rowsRef,
    split: 'preference',
    predictionsRef: await deps.store.putLines(preferences),
    metrics: {},
    n: rows.length,
    unparseable: preferences.filter(({ unreadable }) => unreadable).length,
    microUsd,
    seconds,
    p50Ms: 0,
    p95Ms: 0,
  });
}

/** What was stored of a comparison; null where it was not made. */
export async function preferencesBetween(
  deps: ActivityDeps,
  judge: Judge,
  arms: { candidate: ArtifactRef; target: ArtifactRef },
  rowsRef: ArtifactRef,
): Promise<Preference[] | null> {
  const known = await findEvaluation(deps.db, judgementKey(judge, [arms.candidate, arms.target]), rowsRef);
  if (!known) return null;
  const preferences: Preference[] = [];
  for await (const preference of deps.store.getLines<Preference>(known.predictionsRef as ArtifactRef)) preferences.push(preference);
  return preferences;
}
