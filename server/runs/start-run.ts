import type { StartRunRequest, StartRunResponse } from '../../contracts/api.ts';
import { TunegateError } from '../../contracts/errors.ts';
import { queues, workflowTypes } from '../../contracts/names.ts';
import { type PipelineSpec, pipelineSpecSchema } from '../../contracts/pipeline-spec.ts';
import { audit } from '../../db/queries/audit.ts';
import { openRun, type RunRow } from '../../db/queries/runs.ts';
import { checkRules } from '../../domain/spec/cross-field-rules.ts';
import { fillDefaults } from '../../domain/spec/fill-defaults.ts';
import { showPath } from '../../domain/spec/locate.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { endpointAttribute, runAttribute, withDeadline } from '../temporal.ts';
import type { Services } from '../services.ts';
import { requireProviders } from './require-providers.ts';

/** Checks a spec again, and fills its defaults: not every caller is our own command line. */
export function checkSpec(input: unknown): PipelineSpec {
  const parsed = pipelineSpecSchema.safeParse(input);
  if (parsed.success) {
    checkRules(parsed.data, input as object, (path, key) => showPath(key === undefined ? path : [...path, key]));
    return fillDefaults(parsed.data);
  }
  const [issue] = parsed.error.issues;
  throw new TunegateError(issue?.code === 'unrecognized_keys' ? 'unknown_key' : 'bad_spec', issue?.message ?? 'the spec is not valid', {
    where: issue?.path.join('.') || 'spec',
    remedy: 'check the file with: tunegate validate FILE',
  });
}

/**
 * Opens a run and starts its workflow. The row comes first: from then on the trigger is acknowledged and cannot be lost,
 * since a server that starts resumes every open run (`resumeOpenRuns`), and starting a workflow twice joins it.
 */
export async function startRun(services: Services, request: StartRunRequest): Promise<StartRunResponse> {
  const spec = checkSpec(request.spec);
  requireProviders(spec);
  await requireUploaded(services, request);
  const specRef = await services.artifacts.putJson(spec);
  const opened = await openRun(services.db, {
    name: spec.name,
    specHash: specRef.slice('sha256:'.length),
    specRef,
    sources: { files: request.files, baseDir: request.baseDir },
    idempotencyKey: request.idempotencyKey,
    requestedBy: request.requestedBy,
    budgetMicroUsd: spec.budget ? Math.round(spec.budget.usd * 1e6) : null,
  });
  await startPipeline(services, { run: opened.run, specRef: opened.specRef, endpoint: spec.deployment.endpoint });
  if (!opened.joined)
    await audit(services.db, { actor: request.requestedBy ?? 'unknown', action: 'run started', subject: opened.run, detail: { spec: specRef } });
  services.log.info({ run: opened.run, joined: opened.joined }, 'run started');
  return { run: opened.run, joined: opened.joined };
}

export async function startPipeline(services: Services, start: { run: string; specRef: ArtifactRef; endpoint: string }): Promise<void> {
  const { temporal, hasSearchAttributes } = services;
  await withDeadline(temporal, 20_000, () =>
    temporal.workflow.start(workflowTypes.fineTunePipeline, {
      workflowId: start.run,
      taskQueue: queues.pipeline,
      args: [{ run: start.run, specRef: start.specRef }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `fine-tune for endpoint ${start.endpoint}`,
      ...(hasSearchAttributes
        ? {
            typedSearchAttributes: [
              { key: runAttribute, value: start.run },
              { key: endpointAttribute, value: start.endpoint },
            ],
          }
        : {}),
    }),
  );
}

async function requireUploaded(services: Services, request: StartRunRequest): Promise<void> {
  for (const [path, file] of Object.entries(request.files)) {
    if (await services.artifacts.has(file.ref)) continue;
    throw new TunegateError('artifact_missing', `the content of ${path} was not uploaded`, {
      where: file.origin,
      remedy: `send it first: PUT /api/artifacts/${file.ref}`,
    });
  }
}

export async function restart(services: Services, row: RunRow): Promise<void> {
  const spec = await services.artifacts.getJson<PipelineSpec>(row.specRef as ArtifactRef);
  await startPipeline(services, { run: row.id, specRef: row.specRef as ArtifactRef, endpoint: spec.deployment.endpoint });
}
