/** The worker's log: one JSON object a line, with the run that a line is about. */
import { DefaultLogger, type LogEntry, Runtime } from '@temporalio/worker';
import { type Logger, pino } from 'pino';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** `fine-tune/NAME/HASH/N` and what stands under it, such as its training jobs. */
const runIn = (workflowId: unknown): string | undefined =>
  /^fine-tune\/[^/]+\/[^/]+\/\d+/.exec(typeof workflowId === 'string' ? workflowId : '')?.[0];

/** What the log says of one of Temporal's entries. Error objects keep their stack. */
export function lineOf({ message, meta = {} }: Pick<LogEntry, 'message' | 'meta'>): Record<string, unknown> {
  const { error, workflowId, activityType, taskQueue, attempt, workflowType, sdkComponent } = meta as Record<string, unknown>;
  const run = runIn(workflowId);
  const known = { run, workflow: workflowId, workflowType, activity: activityType, attempt, queue: taskQueue, component: sdkComponent, err: error };
  return { ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)), msg: message };
}

/** Makes Temporal's own lines part of the log; call it before anything else of Temporal is used. */
export function openLog(): Logger {
  const log = pino({ name: 'worker', level: process.env.LOG_LEVEL ?? 'info', redact: ['*.authorization', '*.key', '*.token'] });
  const logger = new DefaultLogger('INFO', (entry) => {
    const { msg, ...fields } = lineOf(entry);
    log[levels[entry.level]](fields, msg as string);
  });
  Runtime.install({ logger });
  return log;
}
