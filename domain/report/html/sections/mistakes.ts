import { metricName } from '../../../gate/wording.ts';
import type { MistakenRow, ReportData } from '../../report-data.ts';
import { clip, count } from '../../wording.ts';
import { answer } from '../answers.ts';
import { extracted } from '../extracted.ts';
import { html, type Markup } from '../markup.ts';
import { section, type Section } from '../section.ts';

const inputLength = 600;
const openRows = 12;

const texts = (row: MistakenRow): Markup =>
  html`<dl class="said"><div class="expected"><dt>expected</dt><dd>${clip(row.expected, inputLength)}</dd></div>${row.said.map(
    ({ arm, answer: text, right, score }) =>
      html`<div><dt>${arm}${score === null || score === undefined ? null : html` · ${score.toFixed(2)}`}</dt><dd>${answer(text, right)}</dd></div>`,
  )}</dl>`;

/** The rows themselves: what was asked, what was expected, what each arm said. */
export function mistakesSection(data: ReportData): Section | null {
  const { mistakes } = data;
  if (mistakes === null || mistakes.rows.length === 0) return null;
  const { arm, kind, n, total, rows } = mistakes;
  const isWrong = kind === 'wrong';
  const lead = isWrong
    ? html`<b>${arm}</b> got ${count(total)} of ${count(n)} test rows wrong. ${rows.length < total ? `Here are the first ${rows.length}` : 'Here they are'}, with what every other arm said to the same input.`
    : html`${rows.length < n ? `${rows.length} of ${count(n)}` : count(n)} test rows, those with the lowest ${metricName(data.metric)} of <b>${arm}</b> first, with what every arm said. Free text is neither right nor wrong, so judge for yourself.`;
  const items = rows.map(
    (row) =>
      html`<li class="case"><p class="input">${clip(row.input, inputLength)}</p>${(data.task.type === 'extraction' && extracted(row)) || texts(row)}<p class="where"><code>${row.row}</code></p></li>`,
  );
  return section(
    'mistakes',
    isWrong ? 'The mistakes' : 'What each arm said',
    lead,
    html`<ol class="cases">${items.slice(0, openRows)}</ol>`,
    items.length > openRows &&
      html`<details class="screen"><summary>${items.length - openRows} more</summary><ol class="cases" start="${openRows + 1}">${items.slice(openRows)}</ol></details>`,
  );
}
