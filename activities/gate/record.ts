import type { Artifact } from '../../contracts/artifact.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { DecisionRecord } from '../../contracts/record.ts';
import type { ArtifactRef, GateDocument, Outcome } from '../../contracts/run.ts';
import { type RecordRows, readRecordRows, saveRecord } from '../../db/queries/records.ts';
import { signRecord } from '../../domain/gate/sign-record.ts';
import { trainerVersion } from '../../domain/training/key.ts';
import manifest from '../../package.json' with { type: 'json' };
import type { DatasetManifest } from '../dataset/manifest.ts';
import type { ActivityDeps } from '../deps.ts';

/** Writes and signs the record of a run that reached its gate, whatever came of it: promoted, refused, or nothing tuned at all. */
export async function writeRecord(deps: ActivityDeps, run: string): Promise<ArtifactRef | null> {
  const rows = await readRecordRows(deps.db, run);
  if (rows === null) return null;
  if (rows.decision.recordRef) return rows.decision.recordRef as ArtifactRef;
  const spec = await deps.store.getJson<PipelineSpec>(rows.run.specRef as ArtifactRef);
  const record = recordFrom(rows, spec, await modelOf(deps, rows), await deps.environment.hasIdentities());
  const signed = signRecord(record, deps.environment.signingKey());
  const ref = await deps.store.putJson(signed);
  await saveRecord(deps.db, run, ref, signed.signature);
  return ref;
}

async function modelOf(deps: ActivityDeps, { decision }: RecordRows): Promise<DecisionRecord['model']> {
  if (!decision.offeredArm || !decision.offeredArtifact) return null;
  const ref = decision.offeredArtifact as ArtifactRef;
  const { provider, base, weights } = await deps.store.getJson<Artifact>(ref);
  return { arm: decision.offeredArm, artifact: ref, provider, base, weights };
}

function recordFrom(rows: RecordRows, spec: PipelineSpec, model: DecisionRecord['model'], hasIdentities: boolean): DecisionRecord {
  const { run, decision, dataset, arms, voices, deployed } = rows;
  const { train, validation, test, rows: counts } = dataset.manifest as DatasetManifest;
  return {
    version: 1,
    kind: 'tunegate.decision',
    run: run.id,
    name: run.name,
    endpoint: decision.endpoint,
    outcome: run.outcome as Outcome,
    requestedBy: run.requestedBy,
    decidedAt: decision.createdAt.toISOString(),
    endedAt: (run.endedAt ?? decision.createdAt).toISOString(),
    spec: { ref: run.specRef as ArtifactRef, hash: run.specHash },
    dataset: { hash: dataset.hash as ArtifactRef, train, validation, test, rows: counts },
    model,
    arms: arms.map(({ document: { name, kind, artifact, n, metrics }, predictions }) => ({ name, kind, artifact, predictions, n, metrics })),
    gate: decision.document as GateDocument | null,
    evidence: decision.evidenceRef as ArtifactRef,
    approval: {
      policy: {
        required: Math.max(1, spec.approval.required),
        roles: spec.approval.roles,
        selfApproval: spec.approval.selfApproval ?? !hasIdentities,
      },
      given: voices.map(({ by, verified, verdict, comment, artifact, at }) => ({
        by,
        verified,
        verdict,
        comment,
        artifact: artifact as ArtifactRef,
        at: at.toISOString(),
      })),
    },
    deployed: deployed ? { arm: deployed.arm, artifact: deployed.artifact as ArtifactRef, by: deployed.by } : null,
    versions: { tunegate: manifest.version, trainer: trainerVersion, node: process.versions.node },
  };
}
