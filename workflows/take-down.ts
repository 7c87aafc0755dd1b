import { deployments } from './proxies.ts';
import type { RunState } from './run-state.ts';

/**
 * Takes down deployments that this run no longer needs and that no endpoint serves: they cost by the hour. Asking again does nothing, and no run fails
 * by it: what could not be taken down now is taken down by the worker, which looks every minute.
 */
export async function takeDownIdle({ run, dedicated }: RunState): Promise<void> {
  await Promise.all(
    dedicated.map((provider) =>
      deployments(provider)
        .takeDownIdle({ run, provider })
        .catch(() => undefined),
    ),
  );
}
