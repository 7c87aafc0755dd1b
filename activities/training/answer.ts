import type { JobAnswerMessage } from '../../contracts/messages.ts';
import { TunegateError } from '../../contracts/errors.ts';
import { audit } from '../../db/queries/audit.ts';
import { jobByKey, jobByProviderId, recordSubmitted, withdrawCreate } from '../../db/queries/jobs.ts';
import { ProviderError } from '../../providers/provider.ts';
import type { ActivityDeps } from '../deps.ts';

/**
 * Writes down what a person found at a service that could not be searched: the job that a create has made, which is looked at first, or that none was
 * made. The same answer twice changes nothing.
 *
 * @throws TunegateError `not_found` where the service knows no such job, `conflict` where it belongs to another training key
 */
export async function answerJobQuestion(deps: Pick<ActivityDeps, 'db' | 'providers'>, run: string, message: JobAnswerMessage): Promise<void> {
  const { key, jobId, by } = message;
  const row = await jobByKey(deps.db, key);
  if (!row) throw new TunegateError('not_found', `no training key ${key.slice(0, 12)} is known`, { where: run });
  if (jobId === null) {
    if (row.creatingAt) await withdrawCreate(deps.db, key, row.creatingAt);
  } else if (row.providerJobId !== jobId) {
    const other = await jobByProviderId(deps.db, row.provider, jobId);
    if (other || row.providerJobId)
      throw new TunegateError(
        'conflict',
        `job ${jobId} belongs to another training key, or this key has the job ${row.providerJobId ?? ''} already`,
        {
          where: row.provider,
          remedy: `the job that is meant carries the suffix tg${key.slice(0, 16)}`,
        },
      );
    const job = await deps
      .providers(row.provider)
      .job(jobId)
      .catch((error: unknown) => {
        if (!(error instanceof ProviderError && error.status === 404)) throw error;
        throw new TunegateError('not_found', `${row.provider} knows no job ${jobId}`, {
          where: row.provider,
          remedy: "copy the id from the provider's console, or say that there is none: tunegate answer-job RUN --missing",
        });
      });
    await recordSubmitted(deps.db, key, job.id, job.status);
  }
  await audit(deps.db, {
    actor: by,
    action: jobId === null ? 'job missing' : 'job found',
    subject: run,
    detail: { key, jobId, provider: row.provider },
  });
}
