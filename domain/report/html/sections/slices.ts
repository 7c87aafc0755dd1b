import { stripChart, type StripRow } from '../../charts/strip.ts';
import { percentScale } from '../../charts/svg.ts';
import type { ReportData, Slice } from '../../report-data.ts';
import type { SlicesEvidence } from '../../../gate/gate-input.ts';
import { percent, points } from '../../../gate/wording.ts';
import { count, figure, plural, pValue, range } from '../../wording.ts';
import { html, type Markup } from '../markup.ts';
import { estimate, roleOf } from '../roles.ts';
import { figureOf, section, type Section } from '../section.ts';
import { table } from '../table.ts';

/** Whether one part of the traffic fares worse than the whole. */
export function slicesSection(data: ReportData): Section | null {
  if (data.slices.length === 0) return null;
  return section(
    'slices',
    'Parts of the traffic',
    'An average can hide a group that fares badly. Here is the share of right answers for each value of a column; wide intervals mean few rows.',
    data.slices.map((slice) => html`<h3>By ${slice.column}</h3>${chart(data, slice)}`),
    data.gate?.slices && data.gate.slices.judged.length + data.gate.slices.tooSmall.length > 0 ? judged(data.gate.candidate, data.gate.slices) : null,
  );
}

/** What the gate made of it: paired, and corrected for having looked at many. */
const judged = (candidate: string, { against, judged: slices, tooSmall, fewestRows, alpha }: SlicesEvidence): Markup =>
  html`<h3>What the gate says</h3>${
    slices.length === 0
      ? null
      : table(
          `${candidate} against ${against}, by slice`,
          [
            { head: 'Slice', cell: (s) => `${s.column}: ${s.value === '' ? '(empty)' : s.value}` },
            { head: 'Rows', kind: 'number', cell: (s) => count(s.n) },
            { head: 'Gain', kind: 'number', cell: (s) => points(s.difference.value) },
            { head: 'Interval', kind: 'number', cell: (s) => `${points(s.difference.low)} to ${points(s.difference.high)}` },
            { head: 'Luck, corrected', kind: 'number', cell: (s) => pValue(s.holm) },
            { head: 'Smallest visible loss', kind: 'number', cell: (s) => points(s.detectable).replace('+', '') },
            { head: 'Verdict', cell: (s) => s.verdict },
          ],
          slices,
        )
  }<p class="note">A slice is <b>worse</b> when a loss is shown after Holm's correction over all slices (one-sided ${percent(alpha)}); then nothing is promoted. Fewer than ${fewestRows} rows are not judged${
    tooSmall.length === 0 ? '' : `: ${tooSmall.map((s) => `${s.column} ${s.value === '' ? '(empty)' : s.value} (${s.n})`).join(', ')}`
  }.</p>`;

function chart(data: ReportData, { column, arms, values }: Slice): Markup {
  const all = values.flatMap((v) => v.estimates);
  const scale = percentScale(Math.min(...all.map((e) => e.low)), Math.max(...all.map((e) => e.high)));
  const rows = values.flatMap(({ value, n, estimates }) =>
    estimates.map(
      (e, i): StripRow => ({
        name:
          i === 0
            ? html`<b>${value === '' ? '(empty)' : value}</b> <span class="range">${plural(n, 'row')}</span>${arms.length > 1 ? html`<br><span class="range">${arms[0]}</span>` : null}`
            : html`<span class="range">${arms[i]}</span>`,
        estimate: e,
        role: roleOf(data, arms[i] ?? ''),
        value: estimate('accuracy', e),
        title: `${column} ${value}, ${arms[i]}: ${figure('accuracy', e.value)} right, interval ${range('accuracy', e)}, ${plural(n, 'row')}`,
      }),
    ),
  );
  return figureOf(
    `Share of right answers by ${column}: ${arms.join(' and ')}, with 95 % intervals.`,
    stripChart(rows, scale, { text: (v) => figure('accuracy', v).replace('.0 %', ' %'), axisName: 'right answers' }),
  );
}
