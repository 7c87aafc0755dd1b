/** Training jobs, each created once: the intent is written before the provider is called, and whatever came of the call is adopted. */
import { Context } from '@temporalio/activity';
import type { JobAnswerMessage } from '../../contracts/messages.ts';
import type { Arm, EndedJob, SubmittedJob } from '../../contracts/plan.ts';
import { jobByKey, recordStatus, releaseJob } from '../../db/queries/jobs.ts';
import { settleTraining } from '../cost/training.ts';
import type { ActivityDeps } from '../deps.ts';
import { withMappedErrors } from '../errors.ts';
import { keepBeating, partReporter } from '../progress.ts';
import { answerJobQuestion } from './answer.ts';
import type { TrainingInput } from './input.ts';
import { followJob } from './follow.ts';
import { storeTrainedArm } from './collect.ts';
import { submitOnce } from './submit.ts';

export const createTrainingActivities = (deps: ActivityDeps) =>
  withMappedErrors({
    async submitTrainingJob(input: TrainingInput): Promise<SubmittedJob> {
      const stop = keepBeating();
      const signal = Context.current().cancellationSignal;
      try {
        const job = await submitOnce(deps, input, signal);
        // Cancelled while the create was under way: the workflow has gone on without this job's key.
        if (signal.aborted) await release(deps, input.run, job.key);
        return job;
      } finally {
        stop();
      }
    },

    async followTrainingJob(input: TrainingInput & { job: SubmittedJob }): Promise<EndedJob> {
      const stop = keepBeating();
      const stage = 'seed' in input.candidate ? 'training' : 'baselines';
      const reporter = partReporter(deps.db, { run: input.run, stage, part: input.candidate.name, unit: 'steps' });
      try {
        return await followJob(deps, input.job, reporter.report, Context.current().cancellationSignal);
      } finally {
        stop();
        await reporter.flush();
      }
    },

    async collectTrainedArm(input: TrainingInput & { job: SubmittedJob }): Promise<Arm> {
      const stop = keepBeating();
      return storeTrainedArm(deps, input).finally(stop);
    },

    async answerJobQuestion({ run, message }: { run: string; message: JobAnswerMessage }): Promise<void> {
      await answerJobQuestion(deps, run, message);
    },

    /** Stops the job unless another run waits for it. */
    async releaseTrainingJob(input: { run: string; key: string }): Promise<void> {
      await release(deps, input.run, input.key);
    },
  });

export type TrainingActivities = ReturnType<typeof createTrainingActivities>;

async function release(deps: ActivityDeps, run: string, key: string): Promise<void> {
  if (!(await releaseJob(deps.db, key, run))) return;
  const row = await jobByKey(deps.db, key);
  if (!row?.providerJobId || row.status === 'succeeded') return;
  const job = await deps.providers(row.provider).cancel(row.providerJobId);
  // Services stop a job a while after they have agreed to; it is nobody's to adopt from then on.
  await recordStatus(deps.db, key, { status: job.status === 'succeeded' ? 'succeeded' : 'cancelled', trainedTokens: job.trainedTokens, ended: true });
  await settleTraining(deps, key);
}
