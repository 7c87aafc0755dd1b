import type { ReportData } from '../../report-data.ts';
import { agreementText } from '../../wording.ts';
import { html } from '../markup.ts';
import { section, type Section } from '../section.ts';
import { table } from '../table.ts';

/** Who graded the answers, and whether people grade as that judge does. */
export function judgeSection({ judge, gate }: ReportData): Section | null {
  if (judge === null) return null;
  const preferences = gate?.preferences ?? [];
  return section(
    'judge',
    'The judge',
    html`Answers were graded by <b>${judge.model}</b>, which is none of the arms. ${agreementText(judge.agreement)}.`,
    preferences.length > 0 &&
      table(
        `Which answer the judge prefers, asked in both orders; a verdict that turns over with the order is a tie`,
        [
          { head: 'Against', cell: (p) => html`<b>${p.against}</b>` },
          { head: 'Preferred', kind: 'number', cell: (p) => p.wins },
          { head: 'The other', kind: 'number', cell: (p) => p.losses },
          { head: 'Ties', kind: 'number', cell: (p) => p.ties },
          { head: 'Turned over', kind: 'number', cell: (p) => p.flipped },
          { head: 'Unreadable', kind: 'number', cell: (p) => p.unreadable },
        ],
        preferences,
      ),
    html`<details><summary>Rubric</summary><pre>${judge.rubric}</pre></details>`,
  );
}
