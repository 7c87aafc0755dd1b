import { shorten, padEnd, padStart, stringWidth } from '../console/text.ts';
import { heading, type Section } from './frame.ts';

const shown = 5;

/** The best arm's most frequent mistakes: what was right, what it said, how often. */
export const confusionLines: Section = ({ report: { confusions } }, frame) => {
  const { style, width } = frame;
  const top = confusions.slice(0, shown);
  if (top.length === 0) return [];
  const most = Math.max(...top.map((c) => c.count));
  const column = Math.min(Math.floor((width - 26) / 2), Math.max(...top.flatMap((c) => [stringWidth(c.expected), stringWidth(c.answered)])));
  return [
    heading('Mistakes of the best arm', 'right answer → what it said', frame),
    ...top.map((c) => {
      const bar = '▪'.repeat(Math.max(1, Math.round((c.count / most) * 12)));
      return `   ${padEnd(shorten(c.expected, column), column)} ${style.dim('→')} ${style.warn(padEnd(shorten(c.answered, column), column))} ${padStart(String(c.count), 4)} ${style.dim(bar)}`;
    }),
  ];
};
