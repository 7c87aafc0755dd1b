/**
 * A service that can neither be asked again nor searched may have created a training job before its answer was lost. The run asks a person, waits
 * for what they found in the provider's console, and tries the step again: it goes on with that job, or makes the one that was never made.
 */
import { ActivityFailure, ApplicationFailure, condition, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { JobQuestion } from '../contracts/job-question.ts';
import type { JobAnswerMessage } from '../contracts/messages.ts';
import { messages } from '../contracts/names.ts';
import { nulFault } from '../domain/approval/nul-fault.ts';
import { askAboutJob, training } from './proxies.ts';
import { questionIn } from './question-in.ts';

const answerUpdate = defineUpdate<void, [JobAnswerMessage]>(messages.answerJob);
const answerSignal = defineSignal<[JobAnswerMessage]>(messages.answerJob);

export interface JobDesk {
  /** Runs a step, and runs it again once a person has said what became of its job. */
  settled<T>(step: () => Promise<T>, timeoutMs: number): Promise<T>;
  /** What is asked now: the first of the jobs that are unclear. */
  readonly question: () => JobQuestion | null;
}

export function openJobDesk(run: string): JobDesk {
  const waiting: JobQuestion[] = [];

  const take = async (message: JobAnswerMessage) => {
    const question = waiting.find((q) => q.key === message.key);
    if (!question) throw ApplicationFailure.nonRetryable('no question about this training job waits', 'conflict');
    await training(question.provider)
      .answerJobQuestion({ run, message })
      .catch((error: unknown) => {
        throw error instanceof ActivityFailure && error.cause ? error.cause : error;
      });
    waiting.splice(waiting.indexOf(question), 1);
  };
  setHandler(answerUpdate, take, {
    validator: (message) => {
      const fault = malformed(message);
      if (fault) throw ApplicationFailure.nonRetryable(fault, 'bad_message');
    },
  });
  setHandler(answerSignal, async (message) => {
    if (!malformed(message)) await take(message).catch(() => undefined);
  });

  const show = () => askAboutJob({ run, question: waiting[0] ?? null });
  return {
    question: () => waiting[0] ?? null,
    settled: async (step, timeoutMs) => {
      for (;;) {
        try {
          return await step();
        } catch (error) {
          const question = questionIn<JobQuestion>(error, 'ambiguous');
          if (!question) throw error;
          waiting.push(question);
          await show();
          const isAnswered = await condition(() => !waiting.includes(question), timeoutMs);
          if (!isAnswered) throw error;
          await show();
        }
      }
    },
  };
}

function malformed(message: JobAnswerMessage | undefined): string | null {
  if (typeof message !== 'object' || message === null) return 'the message must be an object';
  const { by, key, jobId, messageId } = message;
  if (typeof by !== 'string' || by.trim() === '') return 'an answer names a person';
  if (typeof key !== 'string' || key === '') return 'an answer names the training key';
  if (jobId !== null && (typeof jobId !== 'string' || jobId.trim() === '')) return 'an answer names the job, or says null where none was made';
  if (typeof messageId !== 'string' || messageId === '') return 'an answer has a message id';
  return nulFault(message);
}
