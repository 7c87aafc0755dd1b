import type { Command } from 'commander';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';

interface Options extends CommonOptions {
  readonly as: string;
  readonly reason?: string;
}

export const rollbackCommand = (): Command =>
  command('rollback', 'put the previous version of an endpoint back; twice undoes it', ['npx tunegate rollback support-triage --as ada'])
    .argument('<endpoint>', 'the endpoint')
    .requiredOption('--as <name>', 'who does it; stands in the record')
    .option('--reason <text>', 'stands in the record')
    .action((endpoint: string, options: Options) =>
      finish(async () => {
        const done = await (await connect()).endpoints.rollback(endpoint, options.as, options.reason ?? null);
        return { document: done, lines: [` ${done.subject}: ${done.done}`] };
      }, options),
    );
