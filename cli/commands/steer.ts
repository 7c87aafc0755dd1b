import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';

interface Options extends CommonOptions {
  readonly as?: string;
  readonly reason?: string;
}

/** Cancel, pause and resume differ in one word. */
export const steerCommand = (verb: 'cancel' | 'pause' | 'resume', description: string): Command =>
  command(verb, description, [`npx tunegate ${verb} latest`, `npx tunegate ${verb} support-triage --as ada --json`])
    .argument('<run>', 'an id, the beginning of one, or latest')
    .option('--as <name>', 'who does it; default: your user name')
    .option('--reason <text>', 'stands in the record')
    .action((run: string, options: Options) =>
      finish(async () => {
        const done = await (await connect()).runs[verb](run, options.as ?? userInfo().username, options.reason ?? null);
        return { document: done, lines: [` ${done.done} ${done.subject}`] };
      }, options),
    );
