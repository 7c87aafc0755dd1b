import { heatMap } from '../../charts/heat-map.ts';
import { strip } from '../../charts/strip.ts';
import { percentScale } from '../../charts/svg.ts';
import type { ReportData } from '../../report-data.ts';
import { count, figure, plural, range } from '../../wording.ts';
import { html } from '../markup.ts';
import { estimate, roleOf } from '../roles.ts';
import { figureOf, section, type Section } from '../section.ts';
import { table } from '../table.ts';

/** Which labels are taken for which, and how each label fares. */
export function confusionSection(data: ReportData): Section | null {
  const { confusion, perClass } = data;
  if (confusion === null) return null;
  const scale = percentScale(Math.min(0.9, ...perClass.map((c) => c.f1.low)), 1, { count: 4 });
  const ends = `F1 from ${figure('f1', scale.low)} to ${figure('f1', scale.high)}`.replaceAll('.0 %', ' %');
  return section(
    'confusion',
    'Label by label',
    html`What <b>${confusion.arm}</b> answered, against what it should have answered.`,
    figureOf(
      'Each line is a label, each column an answer. A full blue diagonal would be perfect; every orange cell is a mistake, the darker the more often.',
      heatMap(`Confusion matrix of ${confusion.arm}, ${plural(confusion.labels.length, 'label')}`, confusion.labels, confusion.counts),
    ),
    confusion.top.length > 0 &&
      table(
        'Most frequent mistakes',
        [
          { head: 'Should be', cell: (c) => c.expected },
          { head: 'Was answered as', cell: (c) => c.answered ?? html`<i>no label</i>` },
          { head: 'Times', kind: 'number', cell: (c) => count(c.count) },
        ],
        confusion.top,
        { className: 'compact' },
      ),
    perClass.length > 0 &&
      html`${table(
        'Each label, weakest first',
        [
          { head: 'Label', cell: (c) => c.label },
          { head: 'Test rows', kind: 'number', cell: (c) => count(c.support) },
          { head: 'Precision', kind: 'number', cell: (c) => figure('precision', c.precision.value) },
          { head: 'Recall', kind: 'number', cell: (c) => figure('recall', c.recall.value) },
          { head: 'F1', kind: 'number', cell: (c) => estimate('f1', c.f1) },
          {
            head: ends,
            kind: 'chart',
            cell: (c) =>
              strip(scale, {
                estimate: c.f1,
                role: roleOf(data, confusion.arm),
                title: `${c.label}: F1 ${figure('f1', c.f1.value)}, interval ${range('f1', c.f1)}`,
              }),
          },
        ],
        perClass.toSorted((a, b) => a.f1.value - b.f1.value),
        { className: 'compact' },
      )}<p class="note">Precision: of the answers with this label, the share that is right. Recall: of the rows that deserve it, the share that gets it. F1 unites both; with few rows its interval is wide.</p>`,
    data.notes.length > 0 && html`<ul class="note">${data.notes.map((note) => html`<li>${note}</li>`)}</ul>`,
  );
}
