import { type Client, WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import type { ActivityDeps } from '../activities/deps.ts';
import { ids, queues } from '../contracts/names.ts';
import { endpoint as endpointWorkflow, promoteUpdate, withdrawUpdate } from '../workflows/endpoint.ts';

/** Sends `promote` to the workflow that owns an endpoint, starting it where it is not there yet. The run's id makes a repeated call the same call. */
export const promoteThrough =
  (client: Client): ActivityDeps['promote'] =>
  (endpoint, message, signal) => {
    const startWorkflowOperation = new WithStartWorkflowOperation(endpointWorkflow, {
      workflowId: ids.endpoint(endpoint),
      args: [{ name: endpoint }],
      taskQueue: queues.pipeline,
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `endpoint ${endpoint}`,
    });
    return client.withAbortSignal(signal, () =>
      client.workflow.executeUpdateWithStart(promoteUpdate, {
        updateId: message.run,
        args: [message],
        startWorkflowOperation,
      }),
    );
  };

/** Sends `withdraw`; an endpoint that was never made has nothing on trial. */
export const withdrawThrough =
  (client: Client): ActivityDeps['withdraw'] =>
  async (endpoint, run) => {
    try {
      await client.workflow.getHandle(ids.endpoint(endpoint)).executeUpdate(withdrawUpdate, { updateId: `withdraw/${run}`, args: [{ run }] });
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  };
