import type { Artifact } from '../../contracts/artifact.ts';
import type { Agreement, CapturedRequest } from '../../contracts/monitoring.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { passagesFor } from '../../db/knowledge/retrieve.ts';
import { type CaptureRow, capturesOf } from '../../db/queries/monitoring.ts';
import { sha256 } from '../../domain/hash.ts';
import { compareAgreement } from '../../domain/monitoring/compare-agreement.ts';
import { fewestRequests } from '../../domain/monitoring/measure-drift.ts';
import { parseAnswer } from '../../domain/prompt/parse.ts';
import { renderRequest } from '../../domain/prompt/render.ts';
import { deployModel } from '../deployment/model.ts';
import type { ActivityDeps } from '../deps.ts';
import { knowledgeDeps } from '../knowledge/deps.ts';
import type { Champion } from './champion.ts';
import { window } from './observe.ts';

const mostGraded = 200;

/**
 * Asks another arm of the champion's run what the champion was asked, and counts how often they agree. Null where there is no such arm, where its answers
 * would cost money, where answers are free text, or where too little was captured.
 */
export async function gradeTraffic(
  deps: ActivityDeps,
  endpoint: string,
  champion: Champion,
  share: number,
  signal: AbortSignal,
): Promise<Agreement | null> {
  const { other, artifact } = champion;
  if (other === null || other.arm.provider !== 'local' || artifact.task.type !== 'classification') return null;
  const sample = sampleOf(await capturesOf(deps.db, { endpoint, artifact: champion.ref, limit: window }), share);
  const tested = champion.test.flatMap(({ id }) => {
    const [one, two] = [champion.answers.get(id), other.answers.get(id)];
    return one && two ? [one.answer !== null && one.answer === two.answer] : [];
  });
  if (sample.length < fewestRequests || tested.length < fewestRequests) return null;
  const answers = await ask(deps, champion.run, await deps.store.getJson<Artifact>(other.arm.artifact), sample, signal);
  const agreed = sample.filter((row, i) => row.answer !== null && row.answer === answers[i]).length;
  return compareAgreement(other.arm.name, { n: tested.length, agreed: tested.filter(Boolean).length }, { n: sample.length, agreed });
}

/** The same requests at every attempt: those whose hash comes first. */
function sampleOf(rows: readonly CaptureRow[], share: number): CaptureRow[] {
  const size = Math.min(mostGraded, Math.max(fewestRequests, Math.round(rows.length * share)));
  const order = (row: CaptureRow) => sha256(`${row.id}\n${row.requestRef}`);
  return rows.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)).slice(0, size);
}

async function ask(
  deps: ActivityDeps,
  run: string,
  artifact: Artifact,
  rows: readonly CaptureRow[],
  signal: AbortSignal,
): Promise<(string | null)[]> {
  const inputs = await Promise.all(rows.map(async (row) => (await deps.store.getJson<CapturedRequest>(row.requestRef as ArtifactRef)).input));
  const model = await deployModel(deps, run, artifact, signal);
  const passages = await passagesFor(knowledgeDeps(deps, signal), artifact, inputs);
  const requests = inputs.map((input, i) => renderRequest(artifact, { id: String(i), input, passages: passages[i] ?? [] }, model));
  const completions = await deps.providers(artifact.provider).batch(sha256(JSON.stringify(requests)), requests, () => undefined, { signal });
  return completions.map((said) => (said.error === null ? parseAnswer(artifact.task, said.text) : null));
}
