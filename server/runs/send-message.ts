import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { errorCodes, type ErrorCode, TunegateError } from '../../contracts/errors.ts';
import { isOpenRun } from '../../db/queries/runs.ts';
import { withDeadline } from '../temporal.ts';
import type { Services } from '../services.ts';

const longestBeginMs = 10_000;

export interface Message {
  readonly workflow: string;
  readonly name: string;
  readonly argument: unknown;
  readonly updateId: string;
}

/**
 * Sends an update and waits until the workflow has taken it. The id makes a repeated request the same message; another message under the same id, as
 * where a proxy marks all of a caller's requests alike, is one of its own.
 * @throws TunegateError `conflict` in words when the workflow has ended or does not take the message now
 */
export async function sendMessage<Result>(services: Services, message: Message): Promise<Result> {
  const handle = services.temporal.workflow.getHandle(message.workflow);
  try {
    return await withDeadline(services.temporal, 20_000, () =>
      onceBegun(services, message.workflow, () =>
        handle.executeUpdate<Result, [unknown]>(message.name, { args: [message.argument], updateId: `${message.name}:${message.updateId}` }),
      ),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      throw new TunegateError('conflict', `${message.workflow} has ended and takes no more messages`, {
        where: message.workflow,
        remedy: 'see how it ended: tunegate status',
      });
    }
    if (error instanceof WorkflowUpdateFailedError) throw refused(message, error);
    throw error;
  }
}

/** A run is written down before its workflow starts; a message that comes in between waits for it. */
async function onceBegun<T>({ db }: Services, workflow: string, send: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + longestBeginMs; ; ) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError) || Date.now() > until || !(await isOpenRun(db, workflow))) throw error;
      await sleep(200);
    }
  }
}

/** A validator's no is an answer to the person who asked. */
function refused(message: Message, error: WorkflowUpdateFailedError): TunegateError {
  const cause = error.cause;
  const type = cause instanceof ApplicationFailure ? cause.type : null;
  const code: ErrorCode = errorCodes.find((known) => known === type) ?? 'conflict';
  return new TunegateError(code, cause instanceof Error ? cause.message : error.message, {
    where: message.workflow,
    remedy: 'see where the run stands: tunegate status',
  });
}
