/** Where a run stands, assembled from what its stages wrote. The final document, once there is one, is passed on as it was written. */
import { and, asc, desc, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import type { BudgetQuestion } from '../../contracts/budget.ts';
import type { JobQuestion } from '../../contracts/job-question.ts';
import type { PartProgress, RunStatus, StageProgress } from '../../contracts/api.ts';
import { stages } from '../../contracts/names.ts';
import type { ErrorBody } from '../../contracts/errors.ts';
import type {
  ArtifactRef,
  DatasetDocument,
  GateDocument,
  JobDocument,
  JobStatus,
  Outcome,
  RunDocument,
  SecondsDocument,
} from '../../contracts/run.ts';
import type { Database } from '../database.ts';
import { approvals, decisions, deployments, jobEvents, jobRuns, jobs, partProgress, runArms, spend, stageTimes } from '../schema.ts';
import { estimateOfRun } from './budgets.ts';
import { readManifest } from './datasets.ts';
import { readArms } from './run-arms.ts';
import type { RunRow } from './runs.ts';

/** A run as the database knows it; the question of its decision and the report's extras are added by the server. */
export interface RunFacts extends Omit<RunStatus, 'decision' | 'report'> {
  readonly offer: { readonly arm: string; readonly artifact: ArtifactRef; readonly evidence: ArtifactRef; readonly askedAt: string } | null;
  /** Test predictions of the arm with the highest score, for the report's confusions. */
  readonly bestPredictions: ArtifactRef | null;
  /** The dataset's findings, a JSON list in the artifact store. */
  readonly findings: ArtifactRef | null;
}

/** What this floor needs of a dataset's manifest. */
type Manifest = Omit<DatasetDocument, 'hash'> & { readonly test: string; readonly findings?: ArtifactRef };

const manifestOf = async (db: Database, hash: string | null): Promise<Manifest | null> =>
  hash === null ? null : ((await readManifest(db, hash)) as Manifest | null);

const datasetDocument = (hash: ArtifactRef, { rows, dropped, redacted, synthetic }: Manifest): DatasetDocument => ({
  hash,
  rows,
  dropped,
  redacted,
  synthetic,
});

/** @param served where this server is reached, for `deployment.url` and `keyFile`. */
export async function readRun(db: Database, row: RunRow, served: { url: string; keyFile: string }): Promise<RunFacts> {
  const manifest = await manifestOf(db, row.dataset);
  const [stageRows, parts, jobRows, arms, decision] = await Promise.all([
    db.select().from(stageTimes).where(eq(stageTimes.run, row.id)),
    db.select().from(partProgress).where(eq(partProgress.run, row.id)).orderBy(asc(partProgress.part)),
    db
      .select({ candidate: jobRuns.candidate, job: jobs })
      .from(jobRuns)
      .innerJoin(jobs, eq(jobs.key, jobRuns.key))
      .where(eq(jobRuns.run, row.id))
      .orderBy(asc(jobs.createdAt)),
    readArms(db, row.id, manifest?.test ?? null),
    db
      .select()
      .from(decisions)
      .where(eq(decisions.run, row.id))
      .then((r) => r[0]),
  ]);
  const losses = await readLosses(
    db,
    jobRows.map((r) => ({ key: r.job.key, candidate: r.candidate })),
  );
  const stageList = stages.map((stage): StageProgress => {
    const at = stageRows.find((s) => s.stage === stage);
    return {
      stage,
      status: (at?.status ?? (row.state === 'ended' ? 'skipped' : 'pending')) as StageProgress['status'],
      startedAt: at?.startedAt.toISOString() ?? null,
      endedAt: at?.endedAt?.toISOString() ?? null,
      parts: parts
        .filter((p) => p.stage === stage)
        .map(
          (p): PartProgress => ({
            name: p.part,
            done: p.done,
            total: p.total,
            unit: p.unit,
            detail: p.detail,
            loss: stage === 'training' ? (losses.get(p.part) ?? []) : [],
          }),
        ),
    };
  });
  const document = (row.document as RunDocument | null) ?? {
    run: row.id,
    // The key is always there; it has no value before the run has ended.
    outcome: row.outcome as Outcome,
    error: row.error as ErrorBody | null,
    dataset: manifest && row.dataset ? datasetDocument(row.dataset as ArtifactRef, manifest) : null,
    arms: arms.map((a) => a.document),
    gate: (decision?.document as GateDocument | undefined) ?? null,
    jobs: jobRows.map(
      (r): JobDocument => ({
        key: r.job.key,
        provider: r.job.provider,
        id: r.job.providerJobId,
        status: r.job.status as JobStatus,
        trainedTokens: r.job.trainedTokens,
      }),
    ),
    ...(await readEnding(db, row, served)),
    seconds: secondsOf(stageList, row),
  };
  return {
    run: row.id,
    name: row.name,
    state: row.state as RunStatus['state'],
    outcome: row.outcome as Outcome | null,
    createdAt: row.createdAt.toISOString(),
    budget: row.budgetQuestion as BudgetQuestion | null,
    job: row.jobQuestion as JobQuestion | null,
    estimate: (await estimateOfRun(db, row.id))?.total ?? null,
    stages: stageList,
    offer:
      decision?.offeredArm && decision.offeredArtifact
        ? {
            arm: decision.offeredArm,
            artifact: decision.offeredArtifact as ArtifactRef,
            evidence: decision.evidenceRef as ArtifactRef,
            askedAt: decision.createdAt.toISOString(),
          }
        : null,
    document: document.deployment ? { ...document, deployment: { ...document.deployment, ...served } } : document,
    bestPredictions: arms.toSorted((a, b) => b.score - a.score)[0]?.predictions ?? null,
    findings: manifest?.findings ?? null,
  };
}

async function readLosses(db: Database, keys: readonly { key: string; candidate: string }[]): Promise<Map<string, PartProgress['loss']>> {
  if (keys.length === 0) return new Map();
  const events = await db
    .select({ key: jobEvents.key, step: jobEvents.step, train: jobEvents.trainLoss, validation: jobEvents.validationLoss })
    .from(jobEvents)
    .where(
      and(
        inArray(
          jobEvents.key,
          keys.map((k) => k.key),
        ),
        isNotNull(jobEvents.step),
      ),
    )
    .orderBy(asc(jobEvents.step));
  return new Map(
    keys.map(({ key, candidate }) => [
      candidate,
      events
        .filter((e) => e.key === key && (e.train !== null || e.validation !== null))
        .map((e) => ({ step: e.step ?? 0, train: e.train, validation: e.validation })),
    ]),
  );
}

async function readEnding(
  db: Database,
  row: RunRow,
  served: { url: string; keyFile: string },
): Promise<Pick<RunDocument, 'approval' | 'deployment' | 'spend'>> {
  const [approval] = await db
    .select()
    .from(approvals)
    .where(and(eq(approvals.run, row.id), eq(approvals.verdict, 'approve'), eq(approvals.counted, true)))
    .orderBy(desc(approvals.at))
    .limit(1);
  const [deployed] = await db
    .select({ deployment: deployments, model: runArms.model })
    .from(deployments)
    .leftJoin(runArms, and(eq(runArms.run, deployments.run), eq(runArms.name, deployments.arm)))
    .where(eq(deployments.run, row.id))
    .orderBy(desc(deployments.id))
    .limit(1);
  const [spent] = await db
    .select({ micro: sql<string>`coalesce(sum(coalesce(${spend.settledMicroUsd}, ${spend.reservedMicroUsd})), 0)` })
    .from(spend)
    .where(eq(spend.run, row.id));
  return {
    approval: approval
      ? { by: approval.by, verified: approval.verified, at: approval.at.toISOString(), artifact: approval.artifact as ArtifactRef }
      : null,
    deployment: deployed
      ? { endpoint: deployed.deployment.endpoint, arm: deployed.deployment.arm, model: deployed.model ?? deployed.deployment.arm, ...served }
      : null,
    spend: { usd: Number(spent?.micro ?? 0) / 1e6, budget: row.budgetMicroUsd === null ? null : row.budgetMicroUsd / 1e6 },
  };
}

/** Seconds per kind of work. What runs side by side is counted in each of its stages, so `orchestration` never goes below zero. */
function secondsOf(stageList: readonly StageProgress[], row: RunRow): SecondsDocument {
  const end = row.endedAt ?? new Date();
  const of = (...names: string[]) =>
    stageList
      .filter((s) => names.includes(s.stage) && s.startedAt !== null)
      .reduce((sum, s) => sum + ((s.endedAt ? Date.parse(s.endedAt) : end.getTime()) - Date.parse(s.startedAt ?? '')) / 1000, 0);
  const known = {
    dataset: of('dataset'),
    synthesis: of('synthesis'),
    training: of('training'),
    evaluation: of('baselines', 'evaluation'),
    waiting: of('approval'),
  };
  const total = (end.getTime() - row.createdAt.getTime()) / 1000;
  const orchestration = Math.max(0, total - Object.values(known).reduce((a, b) => a + b, 0));
  return { ...known, orchestration, total };
}
