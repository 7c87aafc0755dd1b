import type { ChangedRow, ReportData } from '../../report-data.ts';
import { legend, stackedBar } from '../../charts/bars.ts';
import { clip, count, plural } from '../../wording.ts';
import { html } from '../markup.ts';
import { answer } from '../answers.ts';
import { figureOf, section, type Section } from '../section.ts';
import { table } from '../table.ts';

const verdicts: Readonly<Record<ChangedRow['verdict'], string>> = { gain: '▲ now right', loss: '▼ now wrong', other: '• otherwise' };

/** What a caller of the endpoint would notice: the rows that the candidate answers otherwise than the champion does. */
export function changesSection({ changes }: ReportData): Section | null {
  if (changes === null || changes.n === 0) return null;
  const { candidate, n, fresh, same, gains, losses, others, rows } = changes;
  const parts = [
    { name: 'now right', value: gains, className: 'fill-good' },
    { name: 'now wrong', value: losses, className: 'fill-bad' },
    { name: 'other answer', value: others, className: 'fill-other' },
    { name: 'same answer', value: same, className: 'fill-rest' },
  ];
  return section(
    'changes',
    'What changes against the champion',
    html`Of ${count(n)} test rows${fresh > 0 ? `, ${count(fresh)} of them fresher than the champion's dataset` : ''}, <b>${candidate}</b> answers ${count(n - same)} differently from the champion: ${plural(
      gains,
      'row',
    )} would become right and ${plural(losses, 'row')} wrong.`,
    figureOf('All test rows by what happens to them when the champion is replaced.', [
      stackedBar(parts, { whole: n, height: 22, title: parts.map((p) => `${p.name}: ${p.value}`).join(', ') }),
      legend(parts.filter((p) => p.value > 0).map((p) => ({ ...p, text: count(p.value) }))),
    ]),
    rows.length > 0 &&
      table(
        rows.length < n - same ? `The first ${rows.length} of ${count(n - same)} changed rows` : 'The changed rows',
        [
          { head: 'Row', cell: (r) => html`<code>${r.row}</code>` },
          { head: 'Input', kind: 'text', cell: (r) => clip(r.input, 400) },
          { head: 'Expected', cell: (r) => clip(r.expected, 200) },
          { head: 'Champion said', cell: (r) => answer(r.champion, r.champion === r.expected) },
          { head: 'Candidate said', cell: (r) => answer(r.candidate, r.candidate === r.expected) },
          { head: 'So', cell: (r) => html`<span class="${r.verdict}">${verdicts[r.verdict]}</span>` },
        ],
        rows,
        { className: 'rows' },
      ),
  );
}
