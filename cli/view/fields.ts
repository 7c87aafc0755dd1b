import { shorten, padEnd, padStart, stringWidth } from '../console/text.ts';
import { progressBar } from './bars.ts';
import { heading, type Section } from './frame.ts';

const shown = 10;
const barWidth = 24;

/** Of an extraction: how often the best arm fills each field wrongly, the worst first. */
export const fieldLines: Section = ({ report: { fields = [] } }, frame) => {
  const { style, width } = frame;
  const worst = fields.toSorted((a, b) => b.wrong / b.rows - a.wrong / a.rows).slice(0, shown);
  if (worst.length === 0) return [];
  const column = Math.min(width - barWidth - 24, Math.max(...worst.map((f) => stringWidth(f.field))));
  return [
    heading('Fields of the best arm', 'rows in which each is wrong', frame),
    ...worst.map(({ field, wrong, rows }) => {
      const count = padStart(`${wrong} of ${rows}`, 12);
      return `   ${padEnd(shorten(field, column), column)}   ${progressBar(wrong / rows, barWidth, style)} ${wrong > 0 ? style.warn(count) : count}`;
    }),
  ];
};
