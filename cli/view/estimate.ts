import type { EstimateDocument, EstimateLine, UsdRange } from '../../contracts/estimate.ts';
import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { count, wrap } from '../console/text.ts';
import { dollars } from '../../domain/report/wording.ts';

/** `$1.20`, or `$1.20 ($0.90 – $1.80)` where tokens or answers are not known for sure. */
export const usdRange = ({ value, low, high }: UsdRange): string =>
  dollars(low) === dollars(high) ? dollars(value) : `${dollars(value)} (${dollars(low)} – ${dollars(high)})`;

const tokensOf = ({ trainedTokens, inputTokens, outputTokens }: EstimateLine): string =>
  trainedTokens !== null
    ? `${count(trainedTokens)} trained`
    : inputTokens !== null
      ? `${count(inputTokens)} in · ${count(outputTokens ?? 0)} out`
      : '';

const time = (hours: number): string => (hours < 1 ? `${Math.ceil(hours * 60)} min` : `${hours.toFixed(1)} h`);
const hoursOf = ({ hours }: EstimateLine): string => (hours === null ? '' : time(hours));

function ownTimeOf(lines: readonly EstimateLine[]): string {
  const hours = lines.reduce((sum, line) => sum + (line.provider === 'local' ? (line.hours ?? 0) : 0), 0);
  return hours === 0 ? '' : ` · ${time(hours)} of your own machine`;
}

const budgetWord = (isWithin: boolean, { low }: UsdRange, budget: number, style: Style): string =>
  isWithin ? style.good('within it') : style.warn(low > budget ? 'would pass it' : 'may pass it');

/** Where each price comes from, and whether somebody has compared it. */
const pricesOf = (lines: readonly EstimateLine[]): string[] => [
  ...new Set(
    lines.flatMap(({ provider, price }) => {
      if (!price) return [];
      const by =
        price.source === 'user'
          ? 'by your own file'
          : `by ${price.source}, ${price.confirmedOn ? `confirmed on ${price.confirmedOn}` : 'not confirmed'}`;
      return [`prices of ${provider} for ${price.asOf}: ${by}`];
    }),
  ),
];

/** Step by step, then the total, how tokens were counted, and what somebody should know. */
export function estimateLines(estimate: EstimateDocument, style: Style): string[] {
  const { lines, total, budget, withinBudget, tokens, memory, warnings } = estimate;
  const rows = lines.map((line) => [
    line.kind,
    line.label,
    `${line.provider}/${line.base}`,
    tokensOf(line),
    hoursOf(line),
    line.usd === null ? 'unknown' : usdRange(line.usd),
    line.rule,
  ]);
  const against = budget === null ? '' : ` of a budget of ${dollars(budget)}: ${budgetWord(withinBudget === true, total, budget, style)}`;
  const gib = (bytes: number | null) => (bytes === null ? 'unknown' : `${(bytes / 1024 ** 3).toFixed(1)} GiB`);
  return [
    ...table(['step', 'what', 'model', 'tokens', 'time', 'cost', 'billed'], rows, style),
    '',
    ` ${style.strong('Total')} ${usdRange(total)}${against}${ownTimeOf(lines)}`,
    ...tokens.map(({ provider, base, method, tokenizer, error }) =>
      style.dim(
        ` ${provider}/${base}: counted by ${method === 'own tokenizer' ? 'its own tokenizer' : `${tokenizer}, off by at most ${Math.round(error * 100)} %`}`,
      ),
    ),
    ...pricesOf(lines).map((line) => style.dim(` ${line}`)),
    ...memory.map(({ label, neededBytes, availableBytes, fits }) =>
      style.dim(
        ` ${label}: about ${gib(neededBytes)} of memory; the machine has ${gib(availableBytes)}${fits === false ? ', which is too little' : ''}`,
      ),
    ),
    ...warnings.flatMap((warning) => wrap(`${style.warn('!')} ${warning}`, 100, 2).map((line) => ` ${line}`)),
  ];
}
