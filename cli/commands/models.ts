import type { Command } from 'commander';
import { TunegateError } from '../../contracts/errors.ts';
import { connectOrStart } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { styleOf } from '../console/style.ts';
import { modelLines } from '../view/models.ts';

interface Options extends CommonOptions {
  readonly provider?: string;
  readonly all?: boolean;
}

export const modelsCommand = (): Command =>
  command('models', 'list what can be tuned where: price, context, licence, retirement', [
    'npx tunegate models',
    'npx tunegate models --provider together',
    'npx tunegate models --all --json',
  ])
    .option('--provider <name>', 'only of this provider')
    .option('--all', 'also what can be tuned no more')
    .action(({ provider, all = false, ...options }: Options) =>
      finish(async () => {
        const known = await (await connectOrStart()).models();
        const document = known.filter((m) => provider === undefined || m.provider === provider);
        if (document.length === 0)
          throw new TunegateError('not_found', `no model of '${provider}' is known`, {
            where: '--provider',
            remedy: `there are models of ${[...new Set(known.map((m) => m.provider))].join(', ')}`,
          });
        return { document, lines: modelLines(document, { today: new Date().toISOString().slice(0, 10), all }, styleOf(process.stdout)) };
      }, options),
    );
