import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { BudgetExceeded, type ErrorBody, JobUnclear, inputErrorCodes, TunegateError } from '../contracts/errors.ts';
import { ProviderError } from '../providers/provider.ts';

/** Errors that a later attempt cannot mend: a bad input, or a fault of ours. */
const isOurFault = (error: unknown) => error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;

const failure = (body: ErrorBody, nonRetryable: boolean, nextRetryDelay?: number) =>
  ApplicationFailure.create({ message: body.message, type: body.code, nonRetryable, details: [body], ...(nextRetryDelay ? { nextRetryDelay } : {}) });

/** Maps any error to a Temporal failure with its code, its retryability and its delay: the one place where that is decided. */
export function toApplicationFailure(error: unknown): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof BudgetExceeded || error instanceof JobUnclear) {
    const { body, question } = error;
    return ApplicationFailure.create({ message: body.message, type: body.code, nonRetryable: true, details: [body, question] });
  }
  if (error instanceof TunegateError)
    return failure(error.body, inputErrorCodes.has(error.code) || ['budget_exceeded', 'job_failed', 'ambiguous'].includes(error.code));
  if (error instanceof ProviderError) {
    const code = error.failure === 'never' ? 'provider_refused' : error.failure === 'ambiguous' ? 'ambiguous' : 'provider_unavailable';
    const remedy = error.status === 401 || error.status === 403 ? "check the provider key in the worker's environment" : null;
    return failure({ code, message: error.message, where: error.provider, remedy }, error.failure === 'never', error.retryAfterMs ?? undefined);
  }
  const message = withoutValues(error);
  if (isNoSpace(error))
    return failure({ code: 'disk_full', message: 'the disk is full', where: null, remedy: 'free space; the run goes on by itself' }, false, 10_000);
  return failure({ code: 'internal', message, where: null, remedy: null }, isOurFault(error));
}

/** A failed query's own message lists the values it was sent; a history must never hold them, so the database's word stands for it. */
function withoutValues(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message.startsWith('Failed query') && error.cause instanceof Error
    ? `the database refused a query: ${error.cause.message}`
    : error.message;
}

const isNoSpace = (error: unknown) => (error as { code?: string } | null)?.code === 'ENOSPC';

type Activities = Record<string, (input: never) => Promise<unknown>>;

/** Wraps a stage's activities so that every error leaves them mapped. */
export function withMappedErrors<T extends Activities>(activities: T): T {
  return Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      name,
      async (input: never) => {
        try {
          return await activity(input);
        } catch (error) {
          throw toApplicationFailure(error);
        }
      },
    ]),
  ) as T;
}
