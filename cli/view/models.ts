import type { DatedPrice, IsoDate, ModelDocument, Permission, TrainingBilling } from '../../contracts/catalogue.ts';
import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';

const permissions: Readonly<Record<Permission, string>> = { yes: 'yes', no: 'no', conditions: 'on conditions', unknown: 'unknown' };
const head = ['model', 'training', 'answers, in · out', 'price of', 'context', 'licence', 'commercial use', 'outputs may train others', 'ends'];

/** Takes no new training job any more, or does not even answer. */
const hasEnded = ({ retirement: { noNewJobsFrom, shutdown } }: ModelDocument, today: IsoDate): boolean =>
  [noNewJobsFrom, shutdown].some((day) => day !== null && day <= today);

/** What can be tuned today; `all` lists what has ended too. */
export function modelLines(models: readonly ModelDocument[], { today, all }: { today: IsoDate; all: boolean }, style: Style): string[] {
  const listed = all ? models : models.filter((model) => !hasEnded(model, today));
  if (listed.length === 0) return [' no model is known'];
  const leftOut = models.length - listed.length;
  return [
    ...table(
      head,
      listed.map((model) => rowOf(model, today)),
      style,
    ),
    '',
    style.dim(' US dollars per million tokens; training counts every epoch. ✓: confirmed by the provider’s own page. Prices of yours: docs/money.md'),
    ...(leftOut > 0 ? [style.dim(` ${leftOut} that can be tuned no more ${leftOut === 1 ? 'is' : 'are'} left out: --all`)] : []),
  ];
}

const rowOf = (model: ModelDocument, today: IsoDate): string[] => [
  `${model.provider}/${model.base}`,
  model.price ? trainingPrice(model.price.training.default) : 'unknown',
  model.price ? answerPrice(model.price) : 'unknown',
  model.price ? dayOf(model.price) : '–',
  model.contextTokens === null ? '–' : model.contextTokens.toLocaleString('en-US'),
  model.licence.name,
  permissions[model.licence.commercialUse],
  permissions[model.licence.outputsMayTrainOthers],
  endOf(model, today),
];

/** `$25, at least $4` */
function trainingPrice(billing: TrainingBilling): string {
  const least = 'minimumUsd' in billing && billing.minimumUsd ? `, at least $${billing.minimumUsd}` : '';
  switch (billing.rule) {
    case 'free':
      return 'own machine';
    case 'per-trained-token':
      return `$${billing.usdPerMillion}${billing.countsEpochs ? '' : ' once'}${least}`;
    case 'per-hour':
      return `$${billing.usdPerHour} an hour${least}`;
  }
}

/** Of the tuned model; with what its deployment costs, where it needs one. */
function answerPrice({ inference, tunedInference, hosting }: DatedPrice): string {
  const { usdPerMillionInput: input, usdPerMillionOutput: output, usdPerHour } = tunedInference ?? inference;
  const tokens = Number(input) === 0 && Number(output) === 0 ? [] : [`$${input} · $${output}`];
  const hours = [usdPerHour, hosting?.usdPerHour].filter((usd) => usd !== undefined && Number(usd) > 0).map((usd) => `$${usd} an hour`);
  return [...tokens, ...hours].join(' + ') || 'own machine';
}

const dayOf = ({ asOf, source, confirmed }: DatedPrice): string => (source === 'own machine' ? '–' : `${asOf}${confirmed ? ' ✓' : ''}`);

function endOf({ retirement: { noNewJobsFrom, shutdown, note } }: ModelDocument, today: IsoDate): string {
  const parts = [
    ...(noNewJobsFrom && (shutdown === null || noNewJobsFrom < shutdown) ? [`no new job from ${noNewJobsFrom}`] : []),
    ...(shutdown ? [`off ${shutdown <= today ? 'since' : 'from'} ${shutdown}`] : []),
    ...(note && !shutdown ? [note] : []),
  ];
  return parts.join(', ') || '–';
}
