import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { PromoteInput } from '../activities/deployment/activities.ts';
import { promoteArm, withdrawArm } from './proxies.ts';
import type { RunState } from './run-state.ts';

/** Hands an approved arm to the endpoint's owner and stays until it is champion. A run that is cancelled meanwhile leaves nothing on trial. */
export async function deploy(run: RunState, promotion: PromoteInput): Promise<void> {
  try {
    await run.purse.within(() => promoteArm(promotion));
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => withdrawArm({ run: run.run, endpoint: promotion.endpoint }));
    throw error;
  }
}
