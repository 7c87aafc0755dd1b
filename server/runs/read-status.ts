import type { DecisionRequest, RunStatus } from '../../contracts/api.ts';
import type { PipelineProgress } from '../../contracts/messages.ts';
import { ids, messages } from '../../contracts/names.ts';
import { knowledgeOfRun } from '../../db/queries/knowledge.ts';
import { type RunFacts, readRun } from '../../db/queries/run-status.ts';
import type { RunRow } from '../../db/queries/runs.ts';
import type { Services } from '../services.ts';
import { readTroubles } from './read-troubles.ts';
import { readExtras } from './read-extras.ts';

/** A run as every door shows it. */
export async function readStatus(services: Services, row: RunRow): Promise<RunStatus> {
  const { url, keyFile } = { url: `${services.settings.publicUrl}/v1`, keyFile: services.settings.keyFile };
  const { offer, bestPredictions, findings, ...facts } = await readRun(services.db, row, { url, keyFile });
  const [decision, troubles, report, knowledge] = await Promise.all([
    facts.state === 'waiting-for-approval' ? readDecision(services, row.id, offer) : null,
    facts.state === 'ended' ? [] : readTroubles(services, row.id),
    readExtras(services, bestPredictions, findings),
    knowledgeOfRun(services.db, row.id),
  ]);
  return { ...facts, decision, troubles, report: { ...report, findings: [...report.findings, ...(knowledge?.report.findings ?? [])] } };
}

/** The question as the workflow asks it; where no worker answers just now, as the database knows it. */
async function readDecision(services: Services, run: string, offer: RunFacts['offer']): Promise<DecisionRequest | null> {
  const progress = await services.temporal
    .withDeadline(Date.now() + 3_000, () => services.temporal.workflow.getHandle(run).query<PipelineProgress>(messages.progress))
    .catch(() => null);
  if (progress) return progress.decision;
  if (!offer) return null;
  return {
    id: ids.decision(run),
    arm: offer.arm,
    artifact: offer.artifact,
    evidence: offer.evidence,
    acknowledge: [],
    question: `May ${offer.arm} be deployed?`,
    expiresAt: offer.askedAt,
  };
}
