/** Schedules that start runs by cron. Temporal keeps them; one per pipeline name. */
import { ScheduleAlreadyRunning, type ScheduleOverlapPolicy, ScheduleNotFoundError } from '@temporalio/client';
import { Hono } from 'hono';
import { z } from 'zod';
import { TunegateError } from '../../contracts/errors.ts';
import type { ScheduledRunInput } from '../../contracts/messages.ts';
import { queues, workflowTypes } from '../../contracts/names.ts';
import type { PipelineSpecInput } from '../../contracts/pipeline-spec.ts';
import { checkSpec } from '../runs/start-run.ts';
import { listSchedules, scheduleId } from '../runs/list-schedules.ts';
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
    const { temporal, artifacts } = c.var.services;
    const request = await readBody(c, schema);
    const spec = checkSpec(request.spec);
    if (!spec.schedule) {
      throw new TunegateError('bad_spec', 'the pipeline has no schedule', {
        where: 'schedule',
        remedy: 'add for example: schedule: { cron: "0 3 * * 1", timezone: UTC }',
      });
    }
    const { cron, timezone, overlap, catchup } = spec.schedule;
    const input: ScheduledRunInput = { specRef: await artifacts.putJson(spec), baseDir: request.baseDir, files: request.files, schedule: spec.name };
    await temporal.schedule
      .create({
        scheduleId: scheduleId(spec.name),
        spec: { cronExpressions: [cron], timezone },
        action: {
          type: 'startWorkflow',
          workflowType: workflowTypes.scheduledRun,
          workflowId: `scheduled/${spec.name}`,
          taskQueue: queues.pipeline,
          args: [input],
        },
        policies: { overlap: overlaps[overlap], catchupWindow: catchup as '6h' },
        memo: { cron, timezone },
      })
      .catch((error: unknown) => {
        throw described(error, spec.name, cron);
      });
    const made = (await listSchedules(temporal)).find((s) => s.schedule === spec.name);
    return c.json(made ?? { schedule: spec.name, cron, timezone, overlap, paused: false, next: null, recent: [] }, 201);
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
    return c.json({ subject: name, done: { pause: 'paused', resume: 'resumed', trigger: 'triggered' }[verb as 'pause' | 'resume' | 'trigger'] });
  })
  .delete('/:id', needs('operator'), async (c) => {
    const name = c.req.param('id');
    await c.var.services.temporal.schedule
      .getHandle(scheduleId(name))
      .delete()
      .catch((error: unknown) => {
        throw described(error, name, null);
      });
    return c.json({ subject: name, done: 'deleted' });
  });

function described(error: unknown, name: string, cron: string | null): unknown {
  if (error instanceof ScheduleAlreadyRunning) {
    return new TunegateError('conflict', `there is already a schedule '${name}'`, {
      where: name,
      remedy: `delete it first: tunegate schedule delete ${name}`,
    });
  }
  if (error instanceof ScheduleNotFoundError)
    return new TunegateError('not_found', `there is no schedule '${name}'`, {
      where: name,
      remedy: 'see the schedules with: tunegate schedule list',
    });
  if (cron !== null && error instanceof Error && /cron|Invalid schedule/i.test(`${error.message} ${String(error.cause)}`)) {
    return new TunegateError('bad_spec', `'${cron}' is not a cron expression that Temporal takes`, {
      where: 'schedule.cron',
      remedy: 'write five fields, as in "0 3 * * 1" for Mondays at three',
    });
  }
  return error;
}
