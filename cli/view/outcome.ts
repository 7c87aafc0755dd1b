import type { Outcome } from '../../contracts/run.ts';
import { duration, wrap } from '../console/text.ts';
import { heading, type Section, shortRun } from './frame.ts';

const words: Readonly<Record<Outcome, string>> = {
  deployed: 'Deployed',
  declined: 'Declined',
  inconclusive: 'Inconclusive',
  rejected: 'Rejected',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** How the run ended, and what follows from it. */
export const outcomeLines: Section = ({ run, outcome, document }, frame) => {
  if (outcome === null) return [];
  const { style, width, program } = frame;
  const paint = {
    deployed: style.good,
    declined: style.warn,
    inconclusive: style.warn,
    rejected: style.warn,
    failed: style.bad,
    cancelled: style.bad,
  }[outcome];
  const { deployment, approval, error, spend, seconds } = document;
  const facts = [
    ...(deployment ? [`${deployment.arm} answers as '${deployment.endpoint}' at ${deployment.url}`] : []),
    ...(approval ? [`approved by ${approval.by}${approval.verified ? '' : ' (identity not verified: no identities are configured)'}`] : []),
    ...(outcome === 'declined'
      ? [
          document.gate
            ? 'the endpoint stays as it is; the reasons stand under Gate'
            : 'the endpoint serves this very artifact already; there was nothing to compare',
        ]
      : []),
    ...(outcome === 'rejected' ? ['nobody approved; the endpoint stays as it is'] : []),
    ...(outcome === 'cancelled' ? ['nothing runs on, and nothing was deployed'] : []),
    ...(error ? [error.message, ...(error.where ? [`where: ${error.where}`] : []), ...(error.remedy ? [`do: ${error.remedy}`] : [])] : []),
  ];
  return [
    heading('Outcome', `${duration(seconds.total)}${spend.usd > 0 ? ` · ${spend.usd.toFixed(2)} US dollars` : ''}`, frame),
    `   ${paint(style.strong(words[outcome]))}`,
    ...facts.flatMap((fact) => wrap(fact, width - 5).map((line) => `   ${line}`)),
    `   ${style.dim(`more: ${program} report ${shortRun(run)}`)}`,
  ];
};
