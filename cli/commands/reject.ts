import type { Command } from 'commander';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';

interface Options extends CommonOptions {
  readonly as: string;
  readonly reason: string;
}

export const rejectCommand = (): Command =>
  command('reject', 'reject what a run offers; the endpoint stays as it is', [
    'npx tunegate reject latest --as ada --reason "too many billing mistakes"',
  ])
    .argument('<run>', 'an id, the beginning of one, or latest')
    .requiredOption('--as <name>', 'who rejects; stands in the record')
    .requiredOption('--reason <text>', 'stands in the record')
    .action((run: string, options: Options) =>
      finish(async () => {
        const client = await connect();
        const status = await client.runs.status(run);
        const receipt = await client.runs.reject(status.run, {
          by: options.as,
          comment: options.reason,
          artifact: status.decision?.artifact ?? null,
        });
        return { document: { run: status.run, decision: 'reject', by: options.as, ...receipt }, lines: [` rejected ${status.run} as ${options.as}`] };
      }, options),
    );
