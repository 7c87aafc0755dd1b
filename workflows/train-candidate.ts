import { ApplicationFailure, CancellationScope, isCancellation } from '@temporalio/workflow';
import type { TrainingInput } from '../activities/training/input.ts';
import type { Arm, SubmittedJob } from '../contracts/plan.ts';
import { releaseTrainingJob, training } from './proxies.ts';

/** One training job, from its submission to an arm: submit once, follow, collect. */
export async function trainCandidate(input: TrainingInput): Promise<Arm> {
  const { submitTrainingJob, followTrainingJob, collectTrainedArm } = training(input.candidate.provider);
  let job: SubmittedJob | null = null;
  try {
    job = await submitTrainingJob(input);
    const ended = await followTrainingJob({ ...input, job });
    if (ended.status !== 'succeeded') throw jobFailed(input.candidate.name, ended.status, ended.error);
    return await collectTrainedArm({ ...input, job });
  } catch (error) {
    const key = job?.key;
    if (isCancellation(error) && key) await CancellationScope.nonCancellable(() => releaseTrainingJob({ run: input.run, key }));
    throw error;
  }
}

const jobFailed = (name: string, status: string, reason: string | null) => {
  const message = `the training job of ${name} ended ${status}${reason ? `: ${reason}` : ''}`;
  const remedy = 'mend the cause and run again: a new attempt is made, and nothing that succeeded is repeated';
  return ApplicationFailure.nonRetryable(message, 'job_failed', { code: 'job_failed', message, where: name, remedy });
};
