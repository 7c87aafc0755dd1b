import type { Calibration } from '../report-data.ts';
import { html, type Markup } from '../html/markup.ts';
import { share } from '../wording.ts';
import { round } from './svg.ts';

const [side, left, bottom] = [220, 40, 36];

/** How often an arm is right when it claims to be this sure: dots on the diagonal keep their word, dots below it promise too much. */
export function reliability({ arm, n, bins }: Calibration): Markup {
  const x = (p: number) => round(left + p * side);
  const y = (p: number) => round(8 + (1 - p) * side);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const filled = bins.filter((b) => b.n > 0);
  return html`<svg class="square" role="img" viewBox="0 0 ${left + side + 12} ${side + bottom + 8}" width="${left + side + 12}" height="${side + bottom + 8}"><title>Reliability of ${arm}: ${filled
    .map((b) => `${share(b.accuracy, 1)} right where it claims ${share(b.confidence, 1)}`)
    .join('; ')}</title>${ticks.map(
    (t) =>
      html`<line class="grid" x1="${x(t)}" x2="${x(t)}" y1="${y(0)}" y2="${y(1)}"/><line class="grid" x1="${x(0)}" x2="${x(1)}" y1="${y(t)}" y2="${y(t)}"/><text x="${x(t)}" y="${y(0) + 15}" text-anchor="middle">${t * 100}</text><text x="${left - 6}" y="${y(t) + 4}" text-anchor="end">${t * 100}</text>`,
  )}
<line class="zero" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>${filled.map(
    (b) =>
      html`<line class="miss" x1="${x(b.confidence)}" x2="${x(b.confidence)}" y1="${y(b.confidence)}" y2="${y(b.accuracy)}"/><circle class="dot validation" cx="${x(b.confidence)}" cy="${y(b.accuracy)}" r="${round(3 + 9 * Math.sqrt(b.n / n))}"><title>${b.n} answers</title></circle>`,
  )}
<text class="axis-name" x="${x(0.5)}" y="${side + bottom + 4}" text-anchor="middle">claimed, %</text></svg>`;
}
