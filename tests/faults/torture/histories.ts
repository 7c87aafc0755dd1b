/** What Temporal remembers: replayed, searched for what must not be there, and read for the order of stages. */
import type { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { type Stage, stages } from '../../../contracts/names.ts';
import { checkoutRoot } from '../../../workers/setup/paths.ts';
import type { Stack } from '../../../workers/stack/start.ts';
import { temporalOf } from '../../support/temporal-of.ts';

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

export interface HistoryFindings {
  readonly count: number;
  readonly mostEvents: number;
  readonly violations: readonly string[];
}

const logger = new DefaultLogger('WARN');

/** `forbidden`: texts of rows and secrets. */
export async function inspectHistories(stack: Stack, forbidden: readonly string[]): Promise<HistoryFindings> {
  const client = await temporalOf(stack);
  if (Runtime._instance === undefined) Runtime.install({ logger });
  const workflowBundle = await bundleWorkflowCode({ workflowsPath: `${checkoutRoot}/workflows/index.ts`, logger });
  const violations: string[] = [];
  let count = 0;
  let mostEvents = 0;
  try {
    for await (const { workflowId, runId, status, type } of client.workflow.list()) {
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      count += 1;
      mostEvents = Math.max(mostEvents, history.events?.length ?? 0);
      if (type !== 'endpoint' && status.name === 'RUNNING') violations.push(`${workflowId} still runs`);
      await Worker.runReplayHistory({ workflowBundle }, history, workflowId).catch((error: unknown) => {
        violations.push(`${workflowId} does not replay: ${error instanceof Error ? error.message : String(error)}`);
      });
      const payloads = payloadsOf(history);
      const found = forbidden.find((text) => payloads.includes(text));
      if (found) violations.push(`the history of ${workflowId} holds "${found.slice(0, 40)}"`);
      violations.push(...stagesGoForward(workflowId, history));
    }
  } finally {
    await client.connection.close();
  }
  return { count, mostEvents, violations };
}

const payloadsOf = (history: History): string =>
  JSON.stringify(history, (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value));

/** Stages as their activity was scheduled, each at most once and in the order of the pipeline. */
function stagesGoForward(workflowId: string, history: History): string[] {
  const entered = (history.events ?? []).flatMap((event): Stage[] => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled?.activityType?.name !== 'enterStage') return [];
    const data = scheduled.input?.payloads?.[0]?.data;
    const { enter } = JSON.parse(data ? Buffer.from(data).toString('utf8') : '{}') as { enter?: Stage | null };
    return enter ? [enter] : [];
  });
  const order = entered.map((stage) => stages.indexOf(stage));
  return order.every((position, i) => i === 0 || position > (order[i - 1] as number)) ? [] : [`${workflowId} went through ${entered.join(', ')}`];
}
