/** The long-lived owner of one alias: champion, canary, previous, rollback. What it decides is written to Postgres, where the gateway reads it. */
import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  defineQuery,
  defineUpdate,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { PromoteMessage, RollbackMessage } from '../contracts/messages.ts';
import { nulFault } from '../domain/approval/nul-fault.ts';
import { abortCanary, emptyEndpoint, type EndpointState, promote, rollback, startCanary, type Version } from '../domain/endpoint/reducer.ts';
import { canaryHealth, recordEndpoint } from './proxies.ts';

/** How often a canary is looked at, evenly over its time. */
const looks = 10;

export interface EndpointInput {
  readonly name: string;
  readonly state?: EndpointState;
}
export interface PromoteReceipt {
  readonly live: boolean;
  readonly reason: string | null;
}

export const promoteUpdate = defineUpdate<PromoteReceipt, [PromoteMessage]>('promote');
export const rollbackUpdate = defineUpdate<EndpointState, [RollbackMessage]>('rollback');
export const withdrawUpdate = defineUpdate<void, [{ readonly run: string }]>('withdraw');
export const endpointQuery = defineQuery<EndpointState>('state');

export async function endpoint({ name, state: initial }: EndpointInput): Promise<void> {
  let state = initial ?? emptyEndpoint;
  const change = async (next: EndpointState, action: string, by: string, version: Version | null, reason: string | null = null) => {
    if (next === state) return;
    state = next;
    await recordEndpoint({ name, state, action, by, version, reason });
  };

  /** Why the version on trial must not become champion; null when its time is over and all went well. */
  const trial = async (version: Version, { forMs, maxErrorRate }: PromoteMessage['canary']): Promise<string | null> => {
    const isOver = () => state.canary?.artifact !== version.artifact;
    for (let look = 1; look <= looks; look += 1) {
      // A rollback or a withdrawal during the trial ends it early, and so does a failure that is shown.
      await condition(isOver, forMs / looks, { summary: `canary of ${version.arm}, look ${look} of ${looks}` });
      if (isOver()) return 'the canary was taken back';
      const health = await canaryHealth({ endpoint: name, artifact: version.artifact, maxErrorRate });
      if (health.isShownToFail || (look === looks && health.errorRate > maxErrorRate)) {
        await change(abortCanary(state), 'abort', 'canary', version);
        return `${health.failed} of ${health.served} requests failed during the canary`;
      }
    }
    return null;
  };

  setHandler(endpointQuery, () => state);

  setHandler(promoteUpdate, async (message) => {
    const { run, arm, approvedBy } = message;
    const version: Version = { arm, artifact: message.artifact, run, approvedBy, since: new Date().toISOString() };
    if (message.strategy === 'canary' && state.champion && state.champion.artifact !== version.artifact) {
      await change(startCanary(state, version, message.canary.share), 'canary', approvedBy, version);
      const reason = await trial(version, message.canary);
      if (reason !== null) return { live: false, reason };
    }
    await change(promote(state, { ...version, since: new Date().toISOString() }), 'promote', approvedBy, version);
    return { live: true, reason: null };
  });

  setHandler(withdrawUpdate, async ({ run }) => {
    if (state.canary?.run === run) await change(abortCanary(state), 'withdraw', `run ${run}`, state.canary);
  });

  setHandler(
    rollbackUpdate,
    async ({ by, reason }) => {
      const next = state.canary ? abortCanary(state) : rollback(state, new Date().toISOString());
      await change(next, 'rollback', by, next.champion, reason ?? null);
      return state;
    },
    {
      validator: (message: RollbackMessage) => {
        const fault = nulFault(message);
        if (fault) throw ApplicationFailure.nonRetryable(fault, 'bad_message');
        if (!state.canary && !state.previous)
          throw ApplicationFailure.nonRetryable(`endpoint ${name} has no previous version to go back to`, 'conflict');
      },
    },
  );

  await condition(() => workflowInfo().continueAsNewSuggested);
  await condition(allHandlersFinished);
  await continueAsNew<typeof endpoint>({ name, state });
}
