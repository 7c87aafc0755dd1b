/** Suites are asked of the model itself, without the task's prompt: what it has kept, not how it does the task. */
import type { Artifact } from '../../contracts/artifact.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { Arm, FrozenDataset } from '../../contracts/plan.ts';
import type { Prediction } from '../../contracts/rows.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { findEvaluation, saveEvaluation } from '../../db/queries/arms.ts';
import { baseOfModel } from '../../db/queries/jobs.ts';
import { settle } from '../../db/queries/spend.ts';
import { decodeText } from '../../domain/dataset/decode.ts';
import { leakageSuite } from '../../domain/evaluation/leakage-suite.ts';
import { parseSuite, scoreSuite, type SuiteRow } from '../../domain/evaluation/suite.ts';
import { wilsonInterval } from '../../domain/evaluation/wilson.ts';
import { refOf, sha256 } from '../../domain/hash.ts';
import { renderRequest } from '../../domain/prompt/render.ts';
import { bareTemplate } from '../../domain/prompt/template.ts';
import { readRows } from '../dataset/rows.ts';
import { filesOf } from '../dataset/sources.ts';
import { buyAnswers } from '../cost/answers.ts';
import { deployModel } from '../deployment/model.ts';
import type { ActivityDeps } from '../deps.ts';
import type { PartReport } from '../progress.ts';
import type { RunContext } from '../run/spec.ts';

const maxTokens = 48;
/** In place of a file: whether the model gives away its training rows. */
const trainingRows = 'dataset:train';

export interface Suite {
  readonly name: string;
  readonly rows: readonly SuiteRow[];
  /** Of the rows as they are asked and scored: with the model, the key that results are kept under. */
  readonly ref: ArtifactRef;
}

/** @throws TunegateError `bad_row`, `empty_dataset`, `file_missing` */
export async function loadSuites(deps: Pick<ActivityDeps, 'store'>, { spec, files }: RunContext, dataset: FrozenDataset | null): Promise<Suite[]> {
  // Before the dataset is frozen there are no training rows to make a suite of.
  const suites = Object.entries(spec.evaluation.suites).filter(([, path]) => dataset !== null || path !== trainingRows);
  return Promise.all(
    suites.map(async ([name, path]) => {
      if (dataset !== null && path === trainingRows) {
        const made = leakageSuite(await readRows(deps, dataset.train));
        return { name, rows: made, ref: refOf(made) };
      }
      const found = filesOf(files, path);
      if (found.length === 0)
        throw new TunegateError('file_missing', `the suite ${name} was not uploaded`, {
          where: path,
          remedy: 'start the run again from the folder of the pipeline file',
        });
      const rows = (await Promise.all(found.map(async (f) => parseSuite(decodeText(await deps.store.get(f.file.ref), f.name), f.name)))).flat();
      return { name, rows, ref: refOf(rows) };
    }),
  );
}

/** The model of an artifact, asked plainly; null for linear classifiers, which have no abilities beside their labels. */
export function plainModelOf({ provider, base, weights }: Artifact): Artifact | null {
  if (base === 'classical' || base === 'embedding') return null;
  const decoding = { mode: 'text', maxTokens, temperature: 0 } as const;
  return { version: 1, provider, base, weights, task: { type: 'generation' }, prompt: bareTemplate, decoding, retrieval: null };
}

/** The model that a candidate was tuned from; a hosted service has named the tuned one anew. */
async function untunedModelOf(deps: Pick<ActivityDeps, 'db'>, artifact: Artifact): Promise<Artifact | null> {
  const base = (await baseOfModel(deps.db, artifact.provider, artifact.base)) ?? artifact.base;
  return plainModelOf({ ...artifact, base, weights: null });
}

/** Asks a model one suite, once for all runs: results are kept by model, settings and rows. */
export async function askSuite(
  deps: ActivityDeps,
  run: string,
  model: Artifact,
  suite: Suite,
  report: (p: PartReport) => void,
  signal: AbortSignal,
): Promise<void> {
  const artifact = await deps.store.putJson(model);
  const known = await findEvaluation(deps.db, artifact, suite.ref);
  const purpose = `answers:${artifact}:${suite.ref}`;
  if (known) {
    // A crash may have come between the answers and their settlement.
    await settle(deps.db, purpose, known.microUsd);
    return report({ done: known.n, total: known.n, detail: 'answers of an earlier run' });
  }
  const provider = deps.providers(model.provider);
  const name = await deployModel(deps, run, model, signal);
  const requests = suite.rows.map(({ id, input, choices }) => ({ ...renderRequest(model, { id, input }, name), labels: choices }));
  const bought = await buyAnswers(
    deps,
    { run, purpose, kind: 'evaluation', label: `suite ${suite.name}`, provider: model.provider, model: model.base, isTuned: model.weights !== null },
    requests,
  );
  const started = performance.now();
  const completions = await provider.batch(sha256(`${artifact}\n${suite.ref}\n${name}`), requests, report, { signal });
  const predictions = suite.rows.map((row, i): Prediction => {
    const said = completions[i];
    return {
      row: row.id,
      expected: row.output,
      answer: said && said.error === null ? said.text : null,
      raw: said?.text ?? '',
      scores: said?.scores ?? null,
      latencyMs: said?.latencyMs ?? null,
      promptTokens: said?.promptTokens ?? 0,
      completionTokens: said?.completionTokens ?? 0,
      error: said?.error ?? null,
    };
  });
  const scores = scoresOf(suite, predictions);
  const seconds = (performance.now() - started) / 1000;
  const microUsd = bought.costOf(predictions, seconds * 1000);
  await saveEvaluation(deps.db, {
    artifact,
    rowsHash: suite.ref,
    split: `suite ${suite.name}`,
    predictionsRef: await deps.store.putLines(predictions),
    metrics: {
      passed: wilsonInterval(
        scores.reduce((a, b) => a + b, 0),
        scores.length,
      ),
    },
    n: suite.rows.length,
    unparseable: predictions.filter((p) => p.answer === null).length,
    microUsd,
    seconds,
    p50Ms: 0,
    p95Ms: 0,
  });
  await bought.settle(microUsd);
}

/** Row scores of a model that was asked; null where it was not. */
export async function suiteScores(deps: ActivityDeps, model: Artifact | null, suite: Suite): Promise<number[] | null> {
  const known = model === null ? null : await findEvaluation(deps.db, refOf(model), suite.ref);
  if (!known) return null;
  const predictions: Prediction[] = [];
  for await (const p of deps.store.getLines<Prediction>(known.predictionsRef as ArtifactRef)) predictions.push(p);
  return scoresOf(suite, predictions);
}

function scoresOf(suite: Suite, predictions: readonly Prediction[]): number[] {
  const answers = new Map(predictions.map((p) => [p.row, p.error === null ? p.answer : null]));
  return scoreSuite(
    suite.rows,
    suite.rows.map((row) => answers.get(row.id) ?? null),
  );
}

/** Whom a candidate must not fall behind: the champion where it is a model, else the model that the candidate was tuned from. */
export async function suiteModels(deps: ActivityDeps, candidate: Arm, champion: Arm | null) {
  const own = await deps.store.getJson<Artifact>(candidate.artifact);
  const served = champion ? plainModelOf(await deps.store.getJson<Artifact>(champion.artifact)) : null;
  const untuned = await untunedModelOf(deps, own);
  return { candidate: plainModelOf(own), target: served ?? untuned, against: served && champion ? champion.name : (untuned?.base ?? own.base) };
}
