import type { WorkerOptions } from '@temporalio/worker';
import { TunegateError } from '../contracts/errors.ts';
import { queues } from '../contracts/names.ts';
import type { ProviderEnv, ProviderRow } from '../providers/row.ts';

type QueueOptions = Pick<WorkerOptions, 'taskQueue' | 'maxConcurrentActivityTaskExecutions' | 'maxTaskQueueActivitiesPerSecond'>;

/** How a worker takes a provider's steps. Temporal keeps the rate for all workers on the queue together. */
export const providerQueue = (row: ProviderRow, env: ProviderEnv): QueueOptions => ({
  taskQueue: queues.provider(row.name),
  maxConcurrentActivityTaskExecutions: 20,
  maxTaskQueueActivitiesPerSecond: stepsPerSecond(row, env),
});

/** `NAME_STEPS_PER_SECOND`, as an account's own limits may differ; else what the row says. */
function stepsPerSecond({ name, capabilities }: ProviderRow, env: ProviderEnv): number {
  const variable = `${name.toUpperCase()}_STEPS_PER_SECOND`;
  const given = env[variable];
  if (!given) return capabilities.rate.stepsPerSecond;
  const rate = Number(given);
  if (rate > 0 && Number.isFinite(rate)) return rate;
  throw new TunegateError('bad_spec', `'${given}' is not a rate`, {
    where: variable,
    remedy: 'write a number of steps per second above 0, as in 0.5',
  });
}
