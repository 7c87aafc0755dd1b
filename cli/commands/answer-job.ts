import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { TunegateError } from '../../contracts/errors.ts';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';

interface Options extends CommonOptions {
  readonly exists?: string;
  readonly missing?: boolean;
  readonly key?: string;
  readonly as?: string;
}

/** What a person found in a provider's console, after a call that may have created a training job. */
export const answerJobCommand = (): Command =>
  command('answer-job', 'say whether a provider has the training job that a run asks about', [
    'npx tunegate answer-job latest --exists ftjob-abc123',
    'npx tunegate answer-job latest --missing',
  ])
    .argument('<run>', 'an id, the beginning of one, or latest')
    .option('--exists <job>', "the job's id at the provider: the run goes on with it")
    .option('--missing', 'no such job is there: the run makes it')
    .option('--key <key>', 'the training key; default: the one that the run asks about')
    .option('--as <name>', 'who looked; default: your user name')
    .action((run: string, options: Options) =>
      finish(async () => {
        if ((options.exists === undefined) === (options.missing === undefined))
          throw new TunegateError('bad_spec', 'say either that the job exists or that it is missing', {
            where: 'answer-job',
            remedy: '--exists ID or --missing',
          });
        const client = await connect();
        const status = await client.runs.status(run);
        const key = options.key ?? status.job?.key;
        if (!key)
          throw new TunegateError('conflict', 'the run asks about no training job', {
            where: status.run,
            remedy: 'see where it stands: tunegate status',
          });
        const done = await client.runs.answerJob(status.run, { by: options.as ?? userInfo().username, key, jobId: options.exists ?? null });
        return { document: done, lines: [` ${done.subject}: ${done.done}`] };
      }, options),
    );
