/** Schedules that start runs by cron. Temporal keeps them; one per pipeline name. */
import { ScheduleAlreadyRunning, type ScheduleOverlapPolicy, ScheduleNotFoundError } from '@temporalio/client';
import { Hono } from 'hono';
import { z } from 'zod';
import { TunegateError } from '../../contracts/errors.ts';
import type { ScheduledRunInput } from '../../contracts/messages.ts';
import { queues, workflowTypes } from '../../contracts/names.ts';
import type { PipelineSpec, PipelineSpecInput } from '../../contracts/pipeline-spec.ts';
import { audit } from '../../db/queries/audit.ts';
import { checkSpec } from '../runs/start-run.ts';
import { listSchedules, monitorName, scheduleId } from '../runs/list-schedules.ts';
import { endpointAttribute } from '../temporal.ts';
import { needs } from '../security/authenticate.ts';
import type { AppEnv } from '../services.ts';
import { filesSchema, readBody } from './read-body.ts';

const schema = z.strictObject({
  spec: z.custom<PipelineSpecInput>((value) => typeof value === 'object' && value !== null, 'the spec must be an object'),
  files: filesSchema,
  baseDir: z.string().nullable().default(null),
});
const overlaps = { skip: 'SKIP', 'buffer-one': 'BUFFER_ONE', 'cancel-other': 'CANCEL_OTHER', 'allow-all': 'ALLOW_ALL' } as const satisfies Record<
  string,
  ScheduleOverlapPolicy
>;

export const scheduleRoutes = new Hono<AppEnv>()
  .get('/', needs('viewer'), async (c) => c.json(await listSchedules(c.var.services.temporal)))
  .post('/', needs('operator'), async (c) => {
    const { temporal, artifacts, hasSearchAttributes } = c.var.services;
    const request = await readBody(c, schema);
    const spec = checkSpec(request.spec);
    const wanted = schedulesOf(spec);
    if (wanted.length === 0) {
      throw new TunegateError('bad_spec', 'the pipeline has no schedule, and nothing in monitoring.retrain asks to look at its endpoint', {
        where: 'schedule',
        remedy: 'add for example: schedule: { cron: "0 3 * * 1", timezone: UTC }',
      });
    }
    const input = { specRef: await artifacts.putJson(spec), baseDir: request.baseDir, files: request.files };
    const { endpoint } = spec.deployment;
    const made: string[] = [];
    try {
      for (const { name, when, overlap, catchup, ...action } of wanted) {
        await temporal.schedule.create({
          scheduleId: scheduleId(name),
          spec: 'cron' in when ? { cronExpressions: [when.cron], timezone: when.timezone } : { intervals: [{ every: when.every as '1h' }] },
          action: {
            type: 'startWorkflow',
            taskQueue: queues.pipeline,
            args: [{ ...input, schedule: name } satisfies ScheduledRunInput],
            ...(hasSearchAttributes ? { typedSearchAttributes: [{ key: endpointAttribute, value: endpoint }] } : {}),
            ...action,
          },
          policies: { overlap: overlaps[overlap], catchupWindow: catchup as '6h' },
          memo: 'cron' in when ? when : { cron: `every ${when.every}`, timezone: 'UTC' },
        });
        made.push(name);
      }
    } catch (error) {
      // Both or none, so that the command can be given again.
      for (const name of made) await temporal.schedule.getHandle(scheduleId(name)).delete();
      throw described(error, spec.name, spec.schedule?.cron ?? null);
    }
    const { db } = c.var.services;
    for (const name of made) await audit(db, { actor: c.var.key.name, action: 'schedule created', subject: `schedule/${name}`, detail: {} });
    const [first] = made;
    return c.json((await listSchedules(temporal)).find((s) => s.schedule === first) ?? null, 201);
  })
  .post('/:id/:verb{pause|resume|trigger}', needs('operator'), async (c) => {
    const name = c.req.param('id');
    const verb = c.req.param('verb');
    const handle = c.var.services.temporal.schedule.getHandle(scheduleId(name));
    const act = { pause: () => handle.pause(), resume: () => handle.unpause(), trigger: () => handle.trigger() }[
      verb as 'pause' | 'resume' | 'trigger'
    ];
    await act().catch((error: unknown) => {
      throw described(error, name, null);
    });
    const done = { pause: 'paused', resume: 'resumed', trigger: 'triggered' }[verb as 'pause' | 'resume' | 'trigger'];
    await audit(c.var.services.db, { actor: c.var.key.name, action: `schedule ${done}`, subject: `schedule/${name}`, detail: {} });
    return c.json({ subject: name, done });
  })
  .delete('/:id', needs('operator'), async (c) => {
    const name = c.req.param('id');
    const { schedule } = c.var.services.temporal;
    // A pipeline's schedule and the one that looks at its endpoint were made together, and go together.
    const gone = await Promise.allSettled([name, monitorName(name)].map((id) => schedule.getHandle(scheduleId(id)).delete()));
    const failed = gone.find((end) => end.status === 'rejected' && !(end.reason instanceof ScheduleNotFoundError));
    if (failed?.status === 'rejected') throw failed.reason;
    if (gone.every((end) => end.status === 'rejected')) throw unknownSchedule(name);
    await audit(c.var.services.db, { actor: c.var.key.name, action: 'schedule deleted', subject: `schedule/${name}`, detail: {} });
    return c.json({ subject: name, done: 'deleted' });
  });

interface WantedSchedule {
  readonly name: string;
  readonly when: { readonly cron: string; readonly timezone: string } | { readonly every: string };
  readonly overlap: keyof typeof overlaps;
  readonly catchup: string;
  readonly workflowType: string;
  readonly workflowId: string;
  readonly staticSummary: string;
}

/** The runs that the pipeline's own `schedule` asks for, and the looks at its endpoint that `monitoring.retrain` needs. */
function schedulesOf({ name, schedule, monitoring, deployment: { endpoint } }: PipelineSpec): WantedSchedule[] {
  const { onDrift, onNewRows, beforeRetirement } = monitoring.retrain;
  const runs: WantedSchedule[] = schedule
    ? [
        {
          name,
          when: { cron: schedule.cron, timezone: schedule.timezone },
          overlap: schedule.overlap,
          catchup: schedule.catchup,
          workflowType: workflowTypes.scheduledRun,
          workflowId: `scheduled/${name}`,
          staticSummary: `scheduled run for endpoint ${endpoint}`,
        },
      ]
    : [];
  if (!onDrift && onNewRows === undefined && beforeRetirement === undefined) return runs;
  return [
    ...runs,
    {
      name: monitorName(name),
      when: { every: monitoring.every },
      overlap: 'skip',
      catchup: '1m',
      workflowType: workflowTypes.monitorEndpoint,
      workflowId: `monitor/${name}`,
      staticSummary: `look at endpoint ${endpoint}`,
    },
  ];
}

const unknownSchedule = (name: string) =>
  new TunegateError('not_found', `there is no schedule '${name}'`, { where: name, remedy: 'see the schedules with: tunegate schedule list' });

function described(error: unknown, name: string, cron: string | null): unknown {
  if (error instanceof ScheduleAlreadyRunning) {
    return new TunegateError('conflict', `there is already a schedule '${name}'`, {
      where: name,
      remedy: `delete it first: tunegate schedule delete ${name}`,
    });
  }
  if (error instanceof ScheduleNotFoundError) return unknownSchedule(name);
  // The client says INVALID_ARGUMENT as a TypeError, with Temporal's own words.
  if (cron === null || !(error instanceof TypeError)) return error;
  const why = error.message;
  if (/time ?zone/i.test(why)) {
    return new TunegateError('bad_spec', `Temporal does not take the schedule: ${why}`, {
      where: 'schedule.timezone',
      remedy: 'write a name of the time zone database, as in Europe/Berlin',
    });
  }
  return new TunegateError('bad_spec', `'${cron}' is not a cron expression that Temporal takes: ${why}`, {
    where: 'schedule.cron',
    remedy: 'write five fields, as in "0 3 * * 1" for Mondays at three',
  });
}
