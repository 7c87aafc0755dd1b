import { dollars } from '../../domain/report/wording.ts';
import { wrap } from '../console/text.ts';
import { usdRange } from './estimate.ts';
import { heading, type Section, shortRun } from './frame.ts';

/** The question that waits, what must be acknowledged, and how to answer it from anywhere. */
export const decisionLines: Section = ({ run, decision, document, estimate }, frame) => {
  if (!decision) return [];
  const { style, width, program } = frame;
  const warnings = decision.acknowledge.flatMap((w) => wrap(`${style.warn('!')} ${w}`, width - 5, 2).map((line) => `   ${line}`));
  const acknowledge = decision.acknowledge.map((w) => ` --acknowledge ${JSON.stringify(w)}`).join('');
  return [
    heading('Approval', `until ${decision.expiresAt.slice(0, 16).replace('T', ' ')} UTC`, frame),
    ...wrap(style.strong(decision.question), width - 5).map((line) => `   ${line}`),
    `   ${style.dim(`${decision.arm} · ${decision.artifact.slice(0, 19)}…`)}`,
    ...(estimate && (estimate.high > 0 || document.spend.usd > 0)
      ? [`   ${style.dim(`spent ${dollars(document.spend.usd)} so far; ${usdRange(estimate)} was expected`)}`]
      : []),
    ...warnings,
    `   ${style.dim('yes:')} ${program} approve ${shortRun(run)} --as NAME${acknowledge}`,
    `   ${style.dim('no: ')} ${program} reject ${shortRun(run)} --as NAME --reason TEXT`,
  ];
};
