import type { Artifact } from '../../contracts/artifact.ts';
import type { Arm } from '../../contracts/plan.ts';
import type { Prediction, Row } from '../../contracts/rows.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { findEvaluation } from '../../db/queries/arms.ts';
import { datasetOfRun } from '../../db/queries/datasets.ts';
import { championOf } from '../../db/queries/endpoints.ts';
import { readArms } from '../../db/queries/run-arms.ts';
import type { DatasetManifest } from '../dataset/manifest.ts';
import { readRows } from '../dataset/rows.ts';
import type { ActivityDeps } from '../deps.ts';

export interface Champion {
  readonly run: string;
  readonly ref: ArtifactRef;
  readonly artifact: Artifact;
  readonly test: readonly Row[];
  /** Its answers to the test rows, by row. */
  readonly answers: ReadonlyMap<string, Prediction>;
  /** Another arm of its run, and its answers; null where it was the only one. */
  readonly other: { readonly arm: Arm; readonly answers: ReadonlyMap<string, Prediction> } | null;
}

/** An endpoint's champion with what its evaluation saw; null where there is none. */
export async function readChampion(deps: ActivityDeps, endpoint: string): Promise<Champion | null> {
  const version = await championOf(deps.db, endpoint);
  const dataset = version && (await datasetOfRun(deps.db, version.run));
  if (!version || !dataset) return null;
  const ref = version.artifact as ArtifactRef;
  const { test } = dataset.manifest as DatasetManifest;
  const arm = await otherArm(deps, version.run, ref, test);
  return {
    run: version.run,
    ref,
    artifact: await deps.store.getJson<Artifact>(ref),
    test: await readRows(deps, test),
    answers: await answersOf(deps, ref, test),
    other: arm && { arm, answers: await answersOf(deps, arm.artifact, test) },
  };
}

/** The best of the other arms of a run, as far as they answered the test rows. */
async function otherArm(deps: ActivityDeps, run: string, champion: ArtifactRef, test: ArtifactRef): Promise<Arm | null> {
  const others = (await readArms(deps.db, run, test)).filter(({ document, predictions }) => document.artifact !== champion && predictions !== null);
  const best = others.toSorted((a, b) => b.score - a.score)[0]?.document;
  if (!best) return null;
  const { provider } = await deps.store.getJson<Artifact>(best.artifact);
  return { name: best.name, kind: best.kind, artifact: best.artifact, provider };
}

async function answersOf(deps: ActivityDeps, artifact: ArtifactRef, rows: ArtifactRef): Promise<Map<string, Prediction>> {
  const answers = new Map<string, Prediction>();
  const evaluation = await findEvaluation(deps.db, artifact, rows);
  if (evaluation) for await (const p of deps.store.getLines<Prediction>(evaluation.predictionsRef as ArtifactRef)) answers.set(p.row, p);
  return answers;
}
