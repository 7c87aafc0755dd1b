import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { ActivityDeps } from '../activities/deps.ts';
import { ids, queues } from '../contracts/names.ts';
import { endpoint as endpointWorkflow, promoteUpdate } from '../workflows/endpoint.ts';

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
