import type { Row } from '../../contracts/rows.ts';
import type { TaskShape } from '../../contracts/artifact.ts';
import { renderRequest } from '../../domain/prompt/render.ts';
import { modelOf } from '../../domain/provider-model.ts';
import { decodingOf, promptTemplate } from '../../domain/prompt/template.ts';
import { sha256 } from '../../domain/hash.ts';
import type { Candidate } from '../../domain/synthesis/candidate.ts';
import { labelByNeighbours, type LabelledVector, type Labelling } from '../../domain/synthesis/label-by-neighbours.ts';
import { buyAnswers } from '../cost/answers.ts';
import type { ActivityDeps } from '../deps.ts';
import { embedTexts } from '../knowledge/embed-texts.ts';

/** Rows of each label whose neighbours vote: enough to tell, few enough to embed in seconds. */
const perLabel = 24;

/** Training rows with their embeddings, of each label those that a hash of their text puts first. */
export async function embedTraining(deps: ActivityDeps, train: readonly Row[], signal: AbortSignal): Promise<LabelledVector[]> {
  const counts = new Map<string, number>();
  const chosen = train
    .map((row) => ({ row, hash: sha256(row.input) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
    .flatMap(({ row }) => {
      const count = (counts.get(row.output) ?? 0) + 1;
      counts.set(row.output, count);
      return count <= perLabel ? [row] : [];
    });
  const vectors = await embedTexts(
    deps,
    chosen.map((row) => row.input),
    signal,
  );
  return chosen.map((row, i) => ({ row: row.id, label: row.output, vector: vectors[i] ?? [] }));
}

/** Labels by somebody who is not the teacher: the judge where the spec names one, else the neighbours among the real training rows. */
export async function labelCandidates(
  deps: ActivityDeps,
  candidates: readonly Candidate[],
  by: { run: string; judge: string | undefined; task: TaskShape; training: readonly LabelledVector[]; signal: AbortSignal },
): Promise<(Labelling | null)[]> {
  if (by.judge) return askJudge(deps, candidates, { run: by.run, judge: by.judge, task: by.task, signal: by.signal });
  const vectors = await embedTexts(
    deps,
    candidates.map((c) => c.input),
    by.signal,
  );
  return candidates.map((candidate, i) => labelByNeighbours(vectors[i] ?? [], by.training, candidate.request.seed?.row ?? null));
}

async function askJudge(
  deps: ActivityDeps,
  candidates: readonly Candidate[],
  { run, judge, task, signal }: { run: string; judge: string; task: TaskShape; signal: AbortSignal },
): Promise<(Labelling | null)[]> {
  const { provider, model } = modelOf(judge);
  const artifact = {
    version: 1,
    provider,
    base: model,
    weights: null,
    task,
    prompt: promptTemplate(task, undefined),
    decoding: decodingOf(task),
    retrieval: null,
  } as const;
  const requests = candidates.map((c) => renderRequest(artifact, { id: String(c.request.ordinal), input: c.input }, model));
  const key = sha256(JSON.stringify(requests));
  const bought = await buyAnswers(
    deps,
    { run, purpose: `judge:${key}`, kind: 'synthesis', label: 'labels', provider, model, isTuned: false },
    requests,
  );
  const started = performance.now();
  const answers = await deps.providers(provider).batch(key, requests, () => undefined, { signal });
  await bought.settle(bought.costOf(answers, performance.now() - started));
  return answers.map((answer) => (answer.error === null ? { label: answer.text, share: Math.exp(answer.scores?.[answer.text] ?? 0) } : null));
}
