import type { DatasetProfile } from '../../contracts/dataset.ts';
import type { SynthesisReport } from '../../contracts/synthesis.ts';
import type { TaskShape } from '../../contracts/artifact.ts';
import type { Arm, Trials } from '../../contracts/plan.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { ArtifactRef, Finding, RowCounts } from '../../contracts/run.ts';
import type { ClassEstimates } from '../../domain/evaluation/classification-metrics.ts';
import type { FieldEstimate } from '../../domain/evaluation/field-estimates.ts';
import type { Confusion } from '../../domain/evaluation/confusion.ts';
import { topConfusions } from '../../domain/evaluation/top-confusions.ts';
import type { GateEvidence } from '../../domain/gate/gate-input.ts';
import { groupFindings } from '../../domain/report/group-findings.ts';
import { headline } from '../../domain/report/headline.ts';
import type { FieldReport, GateReport, ReportData, Roles } from '../../domain/report/report-data.ts';
import { settingsOf } from '../../domain/report/settings-of.ts';
import { trainingAdvice } from '../../domain/training/advice.ts';
import { trainerVersion } from '../../domain/training/key.ts';
import { findEvaluation } from '../../db/queries/arms.ts';
import { readReportRows, type ReportRows } from '../../db/queries/report.ts';
import { type RunFacts, readRun } from '../../db/queries/run-status.ts';
import type { RunRow } from '../../db/queries/runs.ts';
import type { Services } from '../services.ts';
import manifest from '../../package.json' with { type: 'json' };
import { readJudge } from './read-judge.ts';
import { readRowEvidence, shownRows } from './read-row-evidence.ts';
import { readTrials } from './read-trials.ts';

const findingsPerGroup = 12;
const shownConfusions = 10;

/** What this report reads of a frozen dataset's table of contents. */
interface DatasetContents {
  readonly train: ArtifactRef;
  readonly validation: ArtifactRef;
  readonly test: ArtifactRef;
  readonly fresh?: ArtifactRef;
  readonly task: TaskShape;
  readonly rows?: RowCounts;
  readonly read?: number;
  readonly findings?: ArtifactRef;
  readonly balance?: Readonly<Record<string, RowCounts>>;
  readonly profile?: ArtifactRef;
  readonly synthesis?: SynthesisReport;
}
/** What the gate stored under the decision's evidence. */
interface StoredEvidence {
  readonly candidate: Arm | null;
  readonly bestUntuned: Arm | null;
  readonly offered: Arm | null;
  readonly evidence: GateEvidence | null;
  readonly trials?: Trials;
}
type StoredMetrics =
  | {
      readonly perClass?: Readonly<Record<string, ClassEstimates>>;
      readonly confusion?: Confusion;
      readonly notes?: readonly string[];
      readonly fields?: Readonly<Record<string, FieldEstimate>>;
    }
  | undefined;

/** Everything that a run's report shows, gathered from what its stages wrote. Works at any moment of a run; what is not there yet is left out. */
export async function readReport({ db, artifacts, settings }: Services, row: RunRow, mostRows = shownRows): Promise<ReportData> {
  const [facts, rows, spec] = await Promise.all([
    readRun(db, row, { url: `${settings.publicUrl}/v1`, keyFile: settings.keyFile }),
    readReportRows(db, row),
    artifacts.getJson<PipelineSpec>(row.specRef as ArtifactRef),
  ]);
  const { document } = facts;
  const stored = rows.decision ? await artifacts.getJson<StoredEvidence>(rows.decision.evidenceRef as ArtifactRef) : null;
  const contents = (rows.dataset?.manifest as DatasetContents | undefined) ?? null;
  const metric = metricOf(facts, spec, stored);
  const roles = rolesOf(facts, rows, stored, metric);
  const predictions = rows.arms.flatMap(({ arm, evaluation }) =>
    evaluation ? [{ name: arm.name, predictions: evaluation.predictionsRef as ArtifactRef }] : [],
  );
  const evidence = contents
    ? await readRowEvidence(artifacts, {
        task: contents.task.type,
        test: contents.test,
        slices: spec.evaluation.slices,
        roles,
        metric,
        mostRows,
        arms: predictions,
        fresh: await freshAnswers(db, contents.fresh, document.arms, roles),
      })
    : { changes: null, mistakes: null, slices: [], calibration: [] };
  const validationMetric = spec.gate.metric ?? 'accuracy';
  const tried = { trials: stored?.trials ?? null, candidate: stored?.candidate?.artifact ?? null };
  const trials = await readTrials(db, tried, { validation: contents?.validation ?? '', train: contents?.rows?.train ?? 0 }, validationMetric);
  const measured = rows.arms.find((a) => a.arm.name === roles.shown)?.evaluation?.metrics as StoredMetrics;
  const approval = rows.voices.findLast((v) => v.verdict === 'approve' && v.counted);
  const data: Omit<ReportData, 'headline'> = {
    version: 1,
    run: row.id,
    name: row.name,
    state: facts.state,
    outcome: facts.outcome,
    error: document.error,
    createdAt: facts.createdAt,
    endedAt: row.endedAt?.toISOString() ?? null,
    requestedBy: row.requestedBy,
    endpoint: spec.deployment.endpoint,
    roles,
    metric,
    arms: document.arms,
    ...evidence,
    task: {
      type: spec.task.type,
      instruction: spec.task.instruction ?? null,
      labels: contents?.task.type === 'classification' ? contents.task.labels.length : 0,
    },
    gate: gateReport(facts, rows, spec, stored),
    approval: document.approval && { ...document.approval, comment: approval?.comment ?? null },
    voices: rows.voices.map(({ verdict, by, verified, counted, refusedBecause, comment, at }) => ({
      verdict,
      by,
      verified,
      counted,
      refusedBecause,
      comment,
      at: at.toISOString(),
    })),
    deployment: document.deployment && { arm: document.deployment.arm, url: document.deployment.url },
    confusion:
      measured?.confusion && roles.shown
        ? { arm: roles.shown, ...measured.confusion, top: topConfusions(measured.confusion, shownConfusions) }
        : null,
    perClass: Object.entries(measured?.perClass ?? {}).map(([label, estimates]) => ({ label, ...estimates })),
    fields: fieldReports(rows, roles.shown),
    notes: measured?.notes ?? [],
    dataset:
      document.dataset && contents
        ? {
            ...document.dataset,
            read: contents.read ?? sumOf(document.dataset.rows) + sumOf(document.dataset.dropped),
            balance: Object.entries(contents.balance ?? {}).map(([label, counts]) => ({ label, ...counts })),
            findings: contents.findings ? groupFindings(await artifacts.getJson<Finding[]>(contents.findings), findingsPerGroup) : [],
            profile: contents.profile ? await artifacts.getJson<DatasetProfile>(contents.profile) : null,
            synthesis: contents.synthesis ?? null,
          }
        : null,
    jobs: jobReports(facts, rows, spec, stored),
    ...trials,
    validationMetric,
    judge: contents && (await readJudge(artifacts, db, row.id, contents.test)),
    spend: {
      ...document.spend,
      lines: rows.spent
        .map(({ kind, label, provider, purpose, settledMicroUsd, reservedMicroUsd }) => ({
          kind: kind as ReportData['spend']['lines'][number]['kind'],
          label: label ?? purpose,
          provider,
          purpose,
          usd: (settledMicroUsd ?? reservedMicroUsd) / 1e6,
          isSettled: settledMicroUsd !== null,
        }))
        .filter((s) => s.usd > 0),
      estimate: rows.estimate,
    },
    seconds: document.seconds,
    lineage: {
      specHash: row.specHash,
      spec: row.specRef as ArtifactRef,
      dataset: row.dataset as ArtifactRef | null,
      train: contents?.train ?? null,
      validation: contents?.validation ?? null,
      test: contents?.test ?? null,
      fresh: contents?.fresh ?? null,
      evidence: (rows.decision?.evidenceRef as ArtifactRef | undefined) ?? null,
      record: (rows.decision?.recordRef as ArtifactRef | null | undefined) ?? null,
      arms: rows.arms.map(({ arm, evaluation }) => ({
        name: arm.name,
        artifact: arm.artifact as ArtifactRef,
        model: arm.model,
        jobKey: arm.jobKey,
        predictions: (evaluation?.predictionsRef as ArtifactRef | undefined) ?? null,
      })),
      versions: { tunegate: manifest.version, trainer: trainerVersion },
    },
  };
  return { ...data, headline: headline(data) };
}

/** The fields of the shown arm, each with what every arm made of it. */
function fieldReports({ arms }: ReportRows, shown: string | null): FieldReport[] {
  const byArm = arms.map(({ arm, evaluation }) => ({ arm: arm.name, fields: (evaluation?.metrics as StoredMetrics)?.fields }));
  const own = byArm.find(({ arm }) => arm === shown)?.fields ?? {};
  return Object.entries(own).map(([field, { support }]) => ({
    field,
    support,
    arms: byArm.flatMap(({ arm, fields }) => (fields ? [{ arm, f1: fields[field] ?? null }] : [])),
  }));
}

/** Where champion and candidate answered rows that were held out beside the champion. */
async function freshAnswers(db: Services['db'], rows: ArtifactRef | undefined, arms: RunFacts['document']['arms'], roles: Roles) {
  if (rows === undefined) return null;
  const of = async (name: string | null) => {
    const arm = arms.find((a) => a.name === name);
    return (arm && (await findEvaluation(db, arm.artifact, rows))?.predictionsRef) as ArtifactRef | undefined;
  };
  const [champion, candidate] = [await of(roles.champion), await of(roles.candidate)];
  return champion && candidate ? { rows, champion, candidate } : null;
}

const sumOf = (counts: object): number => Object.values(counts).reduce((a: number, b: number) => a + b, 0);

/** The metric that the gate judged by; before it has, the one that it will, as far as it is measured. */
function metricOf({ document }: RunFacts, spec: PipelineSpec, stored: StoredEvidence | null): string {
  const measured = document.arms.find((arm) => Object.keys(arm.metrics).length > 0)?.metrics ?? {};
  const wanted = stored?.evidence?.metric ?? spec.gate.metric ?? 'accuracy';
  return wanted in measured ? wanted : (Object.keys(measured)[0] ?? wanted);
}

function rolesOf({ document, offer }: RunFacts, rows: ReportRows, stored: StoredEvidence | null, metric: string): Roles {
  const best = document.arms.toSorted((a, b) => (b.metrics[metric]?.value ?? -1) - (a.metrics[metric]?.value ?? -1));
  const candidate = document.gate?.candidate ?? stored?.candidate?.name ?? null;
  const approved = document.arms.find((arm) => arm.artifact === rows.voices.findLast((v) => v.counted)?.artifact)?.name;
  const offered = offer?.arm ?? document.deployment?.arm ?? approved ?? null;
  return {
    candidate,
    offered,
    bestUntuned: stored?.bestUntuned?.name ?? best.find((arm) => arm.kind === 'untuned' && arm.n > 0)?.name ?? null,
    champion: document.arms.find((arm) => arm.kind === 'champion')?.name ?? null,
    shown: offered ?? candidate ?? best.find((arm) => arm.n > 0)?.name ?? null,
  };
}

function gateReport({ document }: RunFacts, rows: ReportRows, spec: PipelineSpec, stored: StoredEvidence | null): GateReport | null {
  const { gate } = document;
  if (gate === null) return null;
  const evidence = stored?.evidence ?? null;
  return {
    ...gate,
    metric: evidence?.metric ?? spec.gate.metric ?? 'accuracy',
    n: evidence?.n ?? document.dataset?.rows.test ?? 0,
    level: evidence?.level ?? spec.gate.confidence,
    minimumGain: spec.gate.minimumGain,
    equivalence: spec.gate.equivalence,
    suites: evidence?.suites ?? [],
    slices: evidence?.slices ?? null,
    preferences: evidence?.preferences ?? [],
    comparisons: gate.comparisons.map((comparison) => {
      const detail = evidence?.comparisons.find((c) => c.against === comparison.against);
      return {
        ...comparison,
        test: detail?.test ?? null,
        gains: detail?.gains ?? null,
        losses: detail?.losses ?? null,
        rowsNeeded: detail?.rowsNeeded ?? null,
      };
    }),
    ledger: rows.ledger.map(({ look, alpha, run, at }) => ({ look, alpha, run, at: at.toISOString() })),
  };
}

/** A trial's settings are its candidate's with what the sweep changed. */
function trialSettings(spec: PipelineSpec, stored: StoredEvidence | null, candidate: string): ReportData['jobs'][number]['hyperparameters'] | null {
  const sweep = stored?.trials?.sweep;
  const trial = sweep?.trials.find(({ name }) => name === candidate);
  return sweep && trial ? { ...settingsOf(spec, sweep.of), ...trial.hyperparameters } : null;
}

const jobReports = ({ stages }: RunFacts, { jobs }: ReportRows, spec: PipelineSpec, stored: StoredEvidence | null): ReportData['jobs'] =>
  jobs.map(({ candidate, job }) =>
    withAdvice({
      key: job.key,
      candidate,
      provider: job.provider,
      base: job.base,
      attempt: job.attempt,
      id: job.providerJobId,
      status: job.status as ReportData['jobs'][number]['status'],
      error: job.error,
      trainedTokens: job.trainedTokens,
      hyperparameters: trialSettings(spec, stored, candidate) ?? settingsOf(spec, candidate),
      seconds: job.submittedAt && job.endedAt ? (job.endedAt.getTime() - job.submittedAt.getTime()) / 1000 : null,
      loss: stages.flatMap((stage) => stage.parts).find((part) => part.name === candidate && part.loss.length > 0)?.loss ?? [],
    }),
  );

function withAdvice(job: Omit<ReportData['jobs'][number], 'advice'>): ReportData['jobs'][number] {
  const { epochs } = job.hyperparameters;
  return { ...job, advice: trainingAdvice(job.loss, typeof epochs === 'number' ? epochs : null) };
}
