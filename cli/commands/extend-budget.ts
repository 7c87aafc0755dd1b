import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { TunegateError } from '../../contracts/errors.ts';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';

interface Options extends CommonOptions {
  readonly usd: string;
  readonly as?: string;
}

export const extendBudgetCommand = (): Command =>
  command('extend-budget', 'give a run more to spend', ['npx tunegate extend-budget latest --usd 5'])
    .argument('<run>', 'an id, the beginning of one, or latest')
    .requiredOption('--usd <amount>', 'how many US dollars more')
    .option('--as <name>', 'who does it; default: your user name')
    .action((run: string, options: Options) =>
      finish(async () => {
        const usd = Number(options.usd);
        if (!(usd > 0))
          throw new TunegateError('bad_spec', `'${options.usd}' is not an amount`, {
            where: '--usd',
            remedy: 'write a number above zero, as in --usd 5',
          });
        const done = await (await connect()).runs.extendBudget(run, options.as ?? userInfo().username, usd);
        return { document: done, lines: [` ${done.subject}: ${done.done}`] };
      }, options),
    );
