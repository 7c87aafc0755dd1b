import { shortBy } from '../../contracts/budget.ts';
import { formatUsd } from '../../domain/cost/money.ts';
import { wrap } from '../console/text.ts';
import { heading, type Section, shortRun } from './frame.ts';

/** What a run waits with besides its approval: more money, or a look into a provider's console. */
export const questionLines: Section = ({ run, budget, job }, frame) => {
  const { style, width, program } = frame;
  const told = (text: string) => wrap(text, width - 5).map((line) => `   ${line}`);
  const lines: string[] = [];
  if (budget) {
    const { step, neededMicroUsd, takenMicroUsd, limitMicroUsd, retryAt } = budget;
    const usd = (Math.ceil(shortBy(budget) / 10_000) / 100).toFixed(2);
    lines.push(
      heading('Budget', retryAt ? `until ${retryAt.slice(0, 16).replace('T', ' ')} UTC` : '', frame),
      ...told(`${step} needs up to ${formatUsd(neededMicroUsd)}; ${formatUsd(takenMicroUsd)} of ${formatUsd(limitMicroUsd)} are taken.`),
      ...(budget.limit === 'budget' ? [`   ${style.dim('more:')} ${program} extend-budget ${shortRun(run)} --usd ${usd}`] : []),
    );
  }
  if (job)
    lines.push(
      heading('Training job', job.provider, frame),
      ...told(
        `A call to ${job.provider} may have created a job for ${job.candidate}, and its answer was lost. Look in the provider's console for a job with the suffix ${job.suffix}, begun about ${job.since.slice(0, 16).replace('T', ' ')} UTC.`,
      ),
      `   ${style.dim('it is there:')} ${program} answer-job ${shortRun(run)} --exists ID`,
      `   ${style.dim('it is not:  ')} ${program} answer-job ${shortRun(run)} --missing`,
    );
  return lines;
};
