import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { StepTrouble } from '../../contracts/api.ts';
import type { ErrorBody } from '../../contracts/errors.ts';
import type { Services } from '../services.ts';

const deadlineMs = 2_000;
const mostChildren = 8;

/** Steps of a run that have failed and are tried again, with what they said last: why a run that is not ended does not go on. Empty where nothing answers. */
export async function readTroubles(services: Services, run: string): Promise<StepTrouble[]> {
  try {
    return await services.temporal.withDeadline(Date.now() + deadlineMs, () => troublesOf(services, run, true));
  } catch {
    return [];
  }
}

async function troublesOf(services: Services, workflowId: string, hasChildren: boolean): Promise<StepTrouble[]> {
  const { raw } = await services.temporal.workflow.getHandle(workflowId).describe();
  const own = (raw.pendingActivities ?? []).flatMap(({ activityType, attempt, lastFailure, scheduledTime }): StepTrouble[] => {
    if (!lastFailure) return [];
    const body = bodyOf(lastFailure);
    const next = Number(scheduledTime?.seconds ?? 0) * 1000;
    return [
      {
        step: activityType?.name ?? 'a step',
        attempt: attempt ?? 1,
        code: body?.code ?? null,
        message: body?.message ?? lastFailure.message ?? 'no reason given',
        where: body?.where ?? null,
        remedy: body?.remedy ?? null,
        nextAt: next > Date.now() ? new Date(next).toISOString() : null,
      },
    ];
  });
  const children = hasChildren ? (raw.pendingChildren ?? []).slice(0, mostChildren) : [];
  const theirs = await Promise.all(children.map((child) => troublesOf(services, child.workflowId ?? '', false).catch(() => [])));
  return [...own, ...theirs.flat()];
}

type Failure = NonNullable<NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number]['lastFailure']>;

/** What our activities put into every failure: see `activities/errors.ts`. */
function bodyOf(failure: Failure): ErrorBody | null {
  const data = failure.applicationFailureInfo?.details?.payloads?.[0]?.data;
  if (!data) return null;
  try {
    return JSON.parse(Buffer.from(data).toString('utf8')) as ErrorBody;
  } catch {
    return null;
  }
}
