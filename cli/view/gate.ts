import type { Comparison, GateVerdict } from '../../contracts/run.ts';
import { count, shorten, padEnd, stringWidth, wrap } from '../console/text.ts';
import { intervalBar } from './bars.ts';
import { type Frame, heading, type Section } from './frame.ts';

const verdicts: Readonly<Record<GateVerdict, string>> = {
  promote: 'Promote: the evidence says it is better.',
  reject: 'Do not promote: it is not better where it counts.',
  inconclusive: 'Not enough evidence to tell.',
};

/** The decision in words, each comparison with its interval around zero, and the reasons. */
export const gateLines: Section = ({ document: { gate } }, frame) => {
  if (!gate) return [];
  const { style, width } = frame;
  const paint = { promote: style.good, reject: style.bad, inconclusive: style.warn }[gate.decision];
  const reasons = gate.reasons.flatMap((reason) => wrap(`${style.dim('·')} ${reason}`, width - 5, 2).map((line) => `   ${line}`));
  const rows =
    gate.rowsNeeded === null || gate.rowsNeeded === 0
      ? []
      : [`   ${style.warn(`about ${count(gate.rowsNeeded)} more test rows would be needed to tell`)}`];
  return [
    heading('Gate', `candidate ${gate.candidate}`, frame),
    `   ${paint(style.strong(verdicts[gate.decision]))}`,
    ...comparisonLines(gate.comparisons, frame),
    ...reasons,
    ...rows,
  ];
};

function comparisonLines(comparisons: readonly Comparison[], { width, style }: Frame): string[] {
  if (comparisons.length === 0) return [];
  const name = Math.min(22, Math.max(...comparisons.map((c) => stringWidth(c.against))));
  const reach = Math.max(0.01, ...comparisons.flatMap((c) => [Math.abs(c.difference.low), Math.abs(c.difference.high)])) * 1.05;
  const bar = Math.max(0, Math.min(25, width - name - 44));
  return comparisons.map(({ against, difference }) => {
    const colour = difference.low > 0 ? style.good : difference.high <= 0 ? style.bad : style.warn;
    const drawn = bar >= 9 ? `${intervalBar(difference, { low: -reach, high: reach }, bar, style, { zero: 0, colour })}  ` : '';
    const figures = `${signed(difference.value)} ${style.dim(`[${signed(difference.low)}, ${signed(difference.high)}]`)}`;
    return `   ${style.dim('vs')} ${padEnd(shorten(against, name), name)}  ${drawn}${figures} ${style.dim(pValue(difference.p))}`;
  });
}

const signed = (x: number): string => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(3)}`;
const pValue = (p: number): string => (p < 0.001 ? 'p<.001' : `p=${p.toFixed(3).replace(/^0/, '')}`);
