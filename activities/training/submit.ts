import type { SubmittedJob } from '../../contracts/plan.ts';
import type { JobStatus } from '../../contracts/run.ts';
import { TunegateError } from '../../contracts/errors.ts';
import { insertIntent, type JobRow, jobByKey, latestAttempt, recordStatus, recordSubmitted, waitForJob } from '../../db/queries/jobs.ts';
import { recipeHash, trainerVersion, trainingKey } from '../../domain/training/key.ts';
import { type Job, type JobRequest, type Provider, ProviderError } from '../../providers/provider.ts';
import type { ActivityDeps } from '../deps.ts';
import type { TrainingInput } from './input.ts';
import { releaseTraining, reserveTraining } from '../cost/training.ts';
import { type JobFiles, renderJobFiles } from './files.ts';

const endedBadly: ReadonlySet<string> = new Set<JobStatus>(['failed', 'cancelled']);

/**
 * Submits a training job exactly once.
 *
 *   intent row ──► provider.createJob(key) ──► job id recorded
 *        │ crash              │ crash
 *        └─ called again ◄────┴─ looked up by its key, or created again under the same key, by what the provider offers
 *
 * A live or succeeded job with the same recipe is adopted, whichever run created it. A failed one is not: the next attempt has a new key.
 */
export async function submitOnce(deps: ActivityDeps, input: TrainingInput, signal: AbortSignal): Promise<SubmittedJob> {
  const { candidate, run } = input;
  const provider = deps.providers(candidate.provider);
  const files = await renderJobFiles(deps, input);
  const recipe = recipeHash({
    dataset: files.hash,
    provider: candidate.provider,
    base: candidate.base,
    method: files.method,
    hyperparameters: files.hyperparameters,
    seed: files.seed,
    trainerVersion,
  });
  const reserve = (key: string) => reserveTraining(deps, { ...purchaseOf(input, files), key });
  const { row, isNew } = await claimAttempt(deps, recipe, reserve, {
    provider: candidate.provider,
    base: candidate.base,
    candidate: candidate.name,
    dataset: input.dataset.hash,
  });
  await waitForJob(deps.db, { key: row.key, run, candidate: candidate.name });
  if (row.providerJobId) return { key: row.key, provider: row.provider, jobId: row.providerJobId, adopted: true };

  if (!isNew) await reserve(row.key);
  const request: JobRequest = {
    key: row.key,
    base: candidate.base,
    method: files.method,
    trainingFile: files.training,
    validationFile: files.validation,
    hyperparameters: files.hyperparameters,
    seed: files.seed,
    suffix: row.key.slice(0, 12),
  };
  const job = (isNew ? null : await findEarlier(provider, row)) ?? (await create(deps, provider, request, signal));
  await recordSubmitted(deps.db, row.key, job.id, job.status);
  return { key: row.key, provider: row.provider, jobId: job.id, adopted: false };
}

/** The spec counts epochs; the linear models that have none read their rows once. */
const purchaseOf = ({ run, candidate }: TrainingInput, files: JobFiles) => ({
  run,
  candidate: candidate.name,
  provider: candidate.provider,
  base: candidate.base,
  method: files.method,
  training: files.training,
  epochs: typeof files.hyperparameters.epochs === 'number' ? files.hyperparameters.epochs : 1,
});

/** The row of the attempt to work on: the latest one unless it ended badly. Two workers that race end on the same row. */
async function claimAttempt(
  deps: ActivityDeps,
  recipe: string,
  reserve: (key: string) => Promise<void>,
  facts: { provider: string; base: string; candidate: string; dataset: string },
): Promise<{ row: JobRow; isNew: boolean }> {
  for (;;) {
    const latest = await latestAttempt(deps.db, recipe);
    if (latest && !endedBadly.has(latest.status)) return { row: latest, isNew: false };
    const attempt = (latest?.attempt ?? 0) + 1;
    const key = trainingKey(recipe, attempt);
    // Before the intent: a run that must ask for money first has begun nothing that another call would have to look for.
    await reserve(key);
    if (!(await insertIntent(deps.db, { key, recipe, attempt, status: 'intended', ...facts }))) continue;
    const row = await jobByKey(deps.db, key);
    if (row) return { row, isNew: true };
  }
}

/** A job that an earlier, crashed call has created. An idempotent provider needs no search: the same create returns it. */
async function findEarlier(provider: Provider, row: JobRow): Promise<Job | null> {
  const { submission, listingLagMs } = provider.capabilities;
  if (submission === 'idempotent') return null;
  if (submission === 'blind') {
    throw new TunegateError('ambiguous', `an earlier call to ${row.provider} for training key ${row.key.slice(0, 12)} may have created a job`, {
      where: row.provider,
      remedy: "look in the provider's console for a job with this suffix, then resume or cancel the run",
    });
  }
  const job = await provider.findJob(row.key);
  if (job && !endedBadly.has(job.status)) return job;
  if (Date.now() - row.createdAt.getTime() < listingLagMs)
    throw new ProviderError(row.provider, 'retry', 'the listing may still miss the job', { retryAfterMs: 5_000 });
  return null;
}

async function create(deps: ActivityDeps, provider: Provider, request: JobRequest, signal: AbortSignal): Promise<Job> {
  try {
    return await provider.createJob(request, { signal });
  } catch (error) {
    // A clear no closes the attempt; anything unclear leaves the intent open, to be found or repeated by the retry.
    const isClearNo = error instanceof TunegateError || (error instanceof ProviderError && error.failure === 'never');
    if (isClearNo) {
      await recordStatus(deps.db, request.key, { status: 'failed', error: error.message, ended: true });
      await releaseTraining(deps, request.key);
    }
    throw error;
  }
}
