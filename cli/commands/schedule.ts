import { Command } from 'commander';
import { connect, connectOrStart } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { styleOf } from '../console/style.ts';
import { table } from '../console/table.ts';
import { hashFiles } from '../files/collect-files.ts';
import { readPipeline } from '../files/read-pipeline.ts';
import { uploadFiles } from '../files/upload-files.ts';

const list = (): Command =>
  command('list', 'list schedules', ['npx tunegate schedule list']).action((options: CommonOptions) =>
    finish(async () => {
      const schedules = await (await connect()).schedules.list();
      const rows = schedules.map((s) => [
        s.schedule,
        s.cron,
        s.timezone,
        s.overlap,
        s.paused ? 'paused' : (s.next?.slice(0, 16).replace('T', ' ') ?? '–'),
      ]);
      return {
        document: schedules,
        lines:
          rows.length === 0
            ? [' there is no schedule yet']
            : table(['schedule', 'cron', 'timezone', 'overlap', 'next (UTC)'], rows, styleOf(process.stdout)),
      };
    }, options),
  );

const create = (): Command =>
  command('create', 'start runs of a pipeline file by its own schedule', ['npx tunegate schedule create pipeline.yaml'])
    .argument('<file>', 'a pipeline file with a schedule')
    .action((file: string, options: CommonOptions) =>
      finish(async () => {
        const pipeline = await readPipeline(file);
        const files = await hashFiles(pipeline);
        const client = await connectOrStart();
        await uploadFiles(client, files);
        const made = await client.schedules.create({ spec: pipeline.spec, files, baseDir: pipeline.dir });
        return { document: made, lines: [` scheduled ${made.schedule}: ${made.cron} (${made.timezone})${made.next ? `, next ${made.next}` : ''}`] };
      }, options),
    );

const act = (verb: 'pause' | 'resume' | 'trigger' | 'delete', description: string): Command =>
  command(verb, description, [`npx tunegate schedule ${verb} support-triage`])
    .argument('<schedule>', 'the name of the pipeline')
    .action((name: string, options: CommonOptions) =>
      finish(async () => {
        const done = await (await connect()).schedules[verb](name);
        return { document: done, lines: [` ${done.done} ${done.subject}`] };
      }, options),
    );

export const scheduleCommand = (): Command =>
  new Command('schedule')
    .description('list, create, pause, resume, trigger and delete schedules')
    .addCommand(list())
    .addCommand(create())
    .addCommand(act('pause', 'pause a schedule'))
    .addCommand(act('resume', 'resume a paused schedule'))
    .addCommand(act('trigger', 'start a run of a schedule now'))
    .addCommand(act('delete', 'delete a schedule; its runs stay'));
