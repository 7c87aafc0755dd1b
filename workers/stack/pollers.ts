import type { Addresses } from './part.ts';

/** Identities of the workers that lately asked this queue for workflow tasks; the SDK's own are `PID@HOST`. */
export async function pollersOf(addresses: Addresses, queue: string): Promise<readonly string[]> {
  return addresses.temporalHttp === null
    ? pollersOverGrpc(addresses, queue)
    : pollersOverHttp(addresses.temporalHttp, addresses.temporalNamespace, queue);
}

async function pollersOverHttp(base: string, namespace: string, queue: string): Promise<readonly string[]> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/task-queues/${encodeURIComponent(queue)}?taskQueueType=TASK_QUEUE_TYPE_WORKFLOW`;
  const response = await fetch(base + path, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) return [];
  const { pollers } = (await response.json()) as { pollers?: readonly { identity: string }[] };
  return (pollers ?? []).map((poller) => poller.identity);
}

async function pollersOverGrpc(addresses: Addresses, queue: string): Promise<readonly string[]> {
  // Loaded only for servers of one's own: the client takes a third of a second to load.
  const [{ Connection }, { loadClientConnectConfig }] = await Promise.all([import('@temporalio/client'), import('@temporalio/envconfig')]);
  const connection = await Connection.connect({ ...loadClientConnectConfig().connectionOptions, address: addresses.temporalAddress });
  try {
    const workflowTasks = 1;
    const { pollers } = await connection.workflowService.describeTaskQueue({
      namespace: addresses.temporalNamespace,
      taskQueue: { name: queue },
      taskQueueType: workflowTasks,
    });
    return (pollers ?? []).map((poller) => poller.identity ?? '');
  } finally {
    await connection.close();
  }
}
