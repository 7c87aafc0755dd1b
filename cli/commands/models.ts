import type { Command } from 'commander';
import type { ModelDocument, Permission, TrainingBilling } from '../../contracts/catalogue.ts';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { styleOf } from '../console/style.ts';
import { table } from '../console/table.ts';

interface Options extends CommonOptions {
  readonly provider?: string;
}

const permissions: Readonly<Record<Permission, string>> = { yes: 'yes', no: 'no', conditions: 'on conditions', unknown: 'unknown' };

/** `$25 / M tokens, at least $4` */
function trainingPrice(billing: TrainingBilling): string {
  const least = 'minimumUsd' in billing && billing.minimumUsd ? `, at least $${billing.minimumUsd}` : '';
  switch (billing.rule) {
    case 'free':
      return 'own machine';
    case 'per-trained-token':
      return `$${billing.usdPerMillion} / M tokens${billing.countsEpochs ? ' × epochs' : ''}${least}`;
    case 'per-hour':
      return `$${billing.usdPerHour} / hour${least}`;
  }
}

function endOf({ retirement: { noNewJobsFrom, shutdown, note } }: ModelDocument): string {
  const parts = [
    ...(noNewJobsFrom ? [`no new job from ${noNewJobsFrom}`] : []),
    ...(shutdown ? [`off on ${shutdown}`] : []),
    ...(note && !shutdown ? [note] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : '–';
}

const rowOf = (model: ModelDocument): string[] => [
  `${model.provider}/${model.base}`,
  model.price ? trainingPrice(model.price.training.default) : 'unknown',
  model.contextTokens === null ? '–' : model.contextTokens.toLocaleString('en-US'),
  model.licence.name,
  permissions[model.licence.commercialUse],
  permissions[model.licence.outputsMayTrainOthers],
  endOf(model),
];

export const modelsCommand = (): Command =>
  command('models', 'list what can be tuned where: price, context, licence, retirement', [
    'npx tunegate models',
    'npx tunegate models --provider together',
    'npx tunegate models --json',
  ])
    .option('--provider <name>', 'only of this provider')
    .action((options: Options) =>
      finish(async () => {
        const all = await (await connect()).models();
        const models = options.provider === undefined ? all : all.filter((m) => m.provider === options.provider);
        const head = ['model', 'training', 'context', 'licence', 'commercial use', 'outputs may train others', 'ends'];
        return { document: models, lines: models.length === 0 ? [' no model is known'] : table(head, models.map(rowOf), styleOf(process.stdout)) };
      }, options),
    );
