import type { Client } from '@temporalio/client';
import type { ScheduleDocument } from '../../contracts/administration.ts';

const prefix = 'tunegate/';
/** No pipeline's name holds a point. */
export const monitorName = (name: string): string => `monitor.${name}`;
export const scheduleId = (name: string): string => `${prefix}${name}`;

export async function listSchedules(temporal: Client): Promise<ScheduleDocument[]> {
  const found: ScheduleDocument[] = [];
  for await (const summary of temporal.schedule.list()) {
    if (!summary.scheduleId.startsWith(prefix)) continue;
    // A description says more than a listing, and is current where a listing may lag behind.
    const d = await temporal.schedule
      .getHandle(summary.scheduleId)
      .describe()
      .catch(() => null);
    if (!d) continue;
    found.push({
      schedule: summary.scheduleId.slice(prefix.length),
      cron: String(d.memo?.cron ?? ''),
      timezone: d.spec.timezone ?? 'UTC',
      overlap: (d.policies.overlap ?? 'SKIP').toLowerCase().replaceAll('_', '-'),
      paused: d.state.paused,
      next: d.info.nextActionTimes[0]?.toISOString() ?? null,
      recent: d.info.recentActions.map((a) => ({
        at: a.takenAt.toISOString(),
        workflow: a.action.type === 'startWorkflow' ? a.action.workflow.workflowId : null,
      })),
    });
  }
  return found;
}
