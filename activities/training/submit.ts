import type { SubmittedJob } from '../../contracts/plan.ts';
import type { JobStatus } from '../../contracts/run.ts';
import { JobUnclear, TunegateError } from '../../contracts/errors.ts';
import {
  beginCreate,
  insertIntent,
  type JobRow,
  jobByKey,
  latestAttempt,
  recordStatus,
  recordSubmitted,
  waitForJob,
  withdrawCreate,
} from '../../db/queries/jobs.ts';
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
 *   intent row ──► files uploaded ──► create begun (row) ──► provider.createJob(key) ──► job id recorded
 *        │ crash        │ crash             │ crash                  │ crash
 *        └──── again ◄──┴─────── again ◄────┴── looked up by key, ◄──┘
 *                                               created again under the same key, or a person asked: by what the provider offers
 *
 * A live or succeeded job with the same recipe is adopted, whichever run created it. A failed one is not: the next attempt has a new key.
 */
export async function submitOnce(deps: ActivityDeps, input: TrainingInput, signal: AbortSignal): Promise<SubmittedJob> {
  const files = await renderJobFiles(deps, input);
  return submitFiles(deps, input, files, signal, {
    reserve: (key) => reserveTraining(deps, { ...purchaseOf(input, files), key }),
    release: (key) => releaseTraining(deps, key),
  });
}

/** Whose job it is, and what is trained. */
export type Submission = Pick<TrainingInput, 'run' | 'candidate'> & { readonly dataset: { readonly hash: string } };

/** A training key's money: reserved before anything is begun, given back when nothing was. Both may be called again. */
export interface Money {
  readonly reserve: (key: string) => Promise<void>;
  readonly release: (key: string) => Promise<void>;
}

export async function submitFiles(
  deps: Pick<ActivityDeps, 'db' | 'providers'>,
  { run, candidate, dataset }: Submission,
  files: JobFiles,
  signal: AbortSignal,
  money: Money,
): Promise<SubmittedJob> {
  const provider = deps.providers(candidate.provider);
  const recipe = recipeHash({
    dataset: files.hash,
    provider: candidate.provider,
    base: candidate.base,
    method: files.method,
    hyperparameters: files.hyperparameters,
    seed: files.seed,
    trainerVersion,
  });
  const row = await claimAttempt(deps, recipe, money.reserve, {
    provider: candidate.provider,
    base: candidate.base,
    candidate: candidate.name,
    dataset: dataset.hash,
  });
  await waitForJob(deps.db, { key: row.key, run, candidate: candidate.name });
  if (row.providerJobId) return { key: row.key, provider: row.provider, jobId: row.providerJobId, adopted: true };

  await money.reserve(row.key);
  const request: JobRequest = {
    key: row.key,
    base: files.startModel ?? candidate.base,
    method: files.method,
    trainingFile: files.training,
    validationFile: files.validation,
    hyperparameters: files.hyperparameters,
    seed: files.seed,
    suffix: suffixOf(row.key),
  };
  const job = (await findEarlier(provider, row, request, signal)) ?? (await create(deps, provider, row, request, signal, money));
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
  validation: files.validation,
  epochs: typeof files.hyperparameters.epochs === 'number' ? files.hyperparameters.epochs : 1,
});

/** At most 18 characters, which is what every provider takes; found in the names of models and files, and searched for there. */
const suffixOf = (key: string): string => `tg${key.slice(0, 16)}`;

/** The row of the attempt to work on: the latest one unless it ended badly. Two workers that race end on the same row. */
async function claimAttempt(
  deps: Pick<ActivityDeps, 'db'>,
  recipe: string,
  reserve: (key: string) => Promise<void>,
  facts: { provider: string; base: string; candidate: string; dataset: string },
): Promise<JobRow> {
  for (;;) {
    const latest = await latestAttempt(deps.db, recipe);
    if (latest && !endedBadly.has(latest.status)) return latest;
    const attempt = (latest?.attempt ?? 0) + 1;
    const key = trainingKey(recipe, attempt);
    // Before the intent: a run that must ask for money first has begun nothing that another call would have to look for.
    await reserve(key);
    if (!(await insertIntent(deps.db, { key, recipe, attempt, status: 'intended', ...facts }))) continue;
    const row = await jobByKey(deps.db, key);
    if (row) return row;
  }
}

/**
 * The job that an earlier create has made, where one may have been under way. An idempotent provider needs no search: the same create returns it.
 * One that was found failed is returned too: its run ends with its reason, and the next run makes a new attempt.
 */
async function findEarlier(provider: Provider, row: JobRow, request: JobRequest, signal: AbortSignal): Promise<Job | null> {
  const { submission, listingLagMs } = provider.capabilities;
  if (row.creatingAt === null || submission === 'idempotent') return null;
  if (submission === 'searchable') {
    const job = await provider.findJob(request, { signal });
    if (job) return job;
  }
  if (Date.now() - row.creatingAt.getTime() < listingLagMs)
    throw new ProviderError(row.provider, 'retry', 'a create may still be under way, or its job not yet listed', {
      retryAfterMs: Math.min(5_000, listingLagMs),
    });
  if (submission === 'searchable') return null;
  throw unclear(row, request.suffix, row.creatingAt);
}

function unclear(row: JobRow, suffix: string, since: Date): JobUnclear {
  const { key, candidate, provider, base } = row;
  return new JobUnclear(
    { key, candidate, provider, base, suffix, since: since.toISOString() },
    {
      message: `a call to ${provider} at ${since.toISOString()} may have created a training job for ${candidate}, and ${provider} offers no way to find out`,
      where: provider,
      remedy: `look in the provider's console for a job with the suffix ${suffix}, then say what is there: tunegate answer-job RUN --exists ID, or --missing`,
    },
  );
}

async function create(
  deps: Pick<ActivityDeps, 'db'>,
  provider: Provider,
  row: JobRow,
  request: JobRequest,
  signal: AbortSignal,
  money: Money,
): Promise<Job> {
  let begun: Date | null = null;
  try {
    const files = await provider.uploadFiles(request, { signal });
    begun = new Date();
    const isOurs = await beginCreate(deps.db, row.key, row.creatingAt, begun);
    if (!isOurs && provider.capabilities.submission !== 'idempotent')
      throw new ProviderError(row.provider, 'retry', 'another worker is submitting this job', { retryAfterMs: 1_000 });
    // Not given the signal: a create that was begun is waited for, so that its job is known and can be stopped.
    return await provider.createJob(request, files);
  } catch (error) {
    // A clear no closes the attempt and a clear "not now" takes the mark back; anything unclear leaves it, to be looked up by the retry.
    if (isClearNo(error) && !mayHaveMadeOne(provider, row)) {
      await recordStatus(deps.db, request.key, { status: 'failed', error: (error as Error).message, ended: true });
      await money.release(request.key);
    } else if (begun && error instanceof ProviderError && error.failure === 'retry' && !mayHaveMadeOne(provider, row))
      await withdrawCreate(deps.db, request.key, begun);
    throw error;
  }
}

/** An idempotent provider is asked again without a search: what an earlier, unclear create has made is still open then. */
const mayHaveMadeOne = (provider: Provider, row: JobRow): boolean => provider.capabilities.submission === 'idempotent' && row.creatingAt !== null;

const isClearNo = (error: unknown): boolean => error instanceof TunegateError || (error instanceof ProviderError && error.failure === 'never');
