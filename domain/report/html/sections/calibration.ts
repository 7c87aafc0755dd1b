import { reliability } from '../../charts/reliability.ts';
import type { ReportData } from '../../report-data.ts';
import { figure } from '../../wording.ts';
import { html } from '../markup.ts';
import { figureOf, section, type Section } from '../section.ts';

/** Whether an arm's own probabilities can be believed. */
export function calibrationSection({ calibration }: ReportData): Section | null {
  if (calibration.length === 0) return null;
  return section(
    'calibration',
    'Does it know when it is unsure?',
    'An arm that says “90 % sure” should be right nine times of ten. Then its probability can decide which answers a person checks.',
    html`<div class="multiples">${calibration.map((c) =>
      figureOf(
        html`<b>${c.arm}</b>: claims and truth differ by ${figure('ece', c.ece)} on average (ECE)${c.brier === null ? null : html`, Brier score ${c.brier.toFixed(3)}`}. Dots on the diagonal keep their word; below it the arm is too sure. Bigger dots hold more answers.`,
        html`<p class="vertical">right, % ↑</p>${reliability(c)}`,
      ),
    )}</div>`,
  );
}
