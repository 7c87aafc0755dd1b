import type { Artifact } from '../../contracts/artifact.ts';
import type { Prediction, Row } from '../../contracts/rows.ts';
import { examplesFor } from '../../db/knowledge/examples.ts';
import { passagesFor } from '../../db/knowledge/retrieve.ts';
import { findEvaluation, saveEvaluation } from '../../db/queries/arms.ts';
import { settle } from '../../db/queries/spend.ts';
import { parseAnswer } from '../../domain/prompt/parse.ts';
import { renderRequest } from '../../domain/prompt/render.ts';
import { sha256 } from '../../domain/hash.ts';
import type { Completion } from '../../providers/provider.ts';
import { buyAnswers } from '../cost/answers.ts';
import { deployModel } from '../deployment/model.ts';
import type { ActivityDeps } from '../deps.ts';
import { knowledgeDeps } from '../knowledge/deps.ts';
import type { PartReport } from '../progress.ts';
import type { EvaluateInput } from './activities.ts';
import { readRows } from '../dataset/rows.ts';
import { markAnswers } from './marks.ts';
import { measure } from './measure.ts';

/** Asks an arm every row of a split through the path that would serve it, and stores answers and figures. */
export async function askArm(deps: ActivityDeps, input: EvaluateInput, report: (p: PartReport) => void, signal: AbortSignal): Promise<void> {
  const rowsRef = input.dataset[input.split];
  if (rowsRef === undefined) throw new RangeError(`the dataset has no ${input.split} rows`);
  const known = await findEvaluation(deps.db, input.arm.artifact, rowsRef);
  const purpose = `answers:${input.arm.artifact}:${rowsRef}`;
  if (known) {
    // A crash may have come between the answers and their settlement.
    await settle(deps.db, purpose, known.microUsd);
    return report({ done: known.n, total: known.n, detail: 'answers of an earlier run' });
  }

  const artifact = await deps.store.getJson<Artifact>(input.arm.artifact);
  const provider = deps.providers(artifact.provider);
  const model = await deployModel(deps, input.run, artifact, signal);
  const rows = await readRows(deps, rowsRef);
  const started = performance.now();
  const passages = await passagesFor(
    knowledgeDeps(deps, signal),
    artifact,
    rows.map((row) => row.input),
  );
  const examples = await examplesFor(
    knowledgeDeps(deps, signal),
    artifact,
    rows.map((row) => row.input),
  );
  const requests = rows.map((row, i) =>
    renderRequest(artifact, { id: row.id, input: row.input, passages: passages[i] ?? [], examples: examples[i] ?? [] }, model),
  );
  const bought = await buyAnswers(
    deps,
    {
      run: input.run,
      purpose,
      kind: 'evaluation',
      label: `${input.arm.name} on ${input.split} rows`,
      provider: artifact.provider,
      model: artifact.base,
      isTuned: artifact.weights !== null || input.arm.kind === 'tuned',
    },
    requests,
  );
  const completions = await provider.batch(batchKey(input, model), requests, report, { signal });
  const seconds = (performance.now() - started) / 1000;
  const predictions = await markAnswers(
    deps,
    artifact,
    rows.map((row, i) => toPrediction(artifact, row, completions[i] as Completion)),
    signal,
  );
  const predictionsRef = await deps.store.putLines(predictions);
  const microUsd = bought.costOf(predictions, seconds * 1000);
  await saveEvaluation(deps.db, {
    artifact: input.arm.artifact,
    rowsHash: rowsRef,
    split: input.split,
    predictionsRef,
    seconds,
    n: rows.length,
    microUsd,
    ...measure(artifact.task, rows, predictions),
  });
  await bought.settle(microUsd);
}

/** The same work has the same key, so that an attempt after a crash joins the batch that is already under way. */
const batchKey = (input: EvaluateInput, model: string): string => sha256(`${input.arm.artifact}\n${input.dataset[input.split]}\n${model}`);

function toPrediction(artifact: Artifact, row: Row, completion: Completion): Prediction {
  return {
    row: row.id,
    expected: row.output,
    answer: completion.error === null ? parseAnswer(artifact.task, completion.text) : null,
    raw: completion.text,
    scores: completion.scores,
    latencyMs: completion.latencyMs,
    promptTokens: completion.promptTokens,
    completionTokens: completion.completionTokens,
    error: completion.error,
  };
}
