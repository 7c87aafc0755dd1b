import { legend, stackedBar } from '../../charts/bars.ts';
import { estimateAgainstSpend } from '../../estimate-against-spend.ts';
import type { ReportData } from '../../report-data.ts';
import { dollars, duration } from '../../wording.ts';
import { html } from '../markup.ts';
import { figureOf, section, type Section } from '../section.ts';
import { table } from '../table.ts';

const names = {
  dataset: 'data',
  synthesis: 'synthesis',
  training: 'training',
  evaluation: 'evaluation',
  waiting: 'waiting for a person',
  orchestration: 'everything else',
} as const;

/** What the run cost, and where its time went. */
export function timeSection({ spend, seconds, state }: ReportData): Section | null {
  if (seconds.total <= 0 && spend.usd === 0) return null;
  const parts = Object.entries(names)
    .map(([key, name]) => ({ name, value: seconds[key as keyof typeof names], className: `time-${key}` }))
    .filter((p) => p.value > 0);
  const work = parts.reduce((sum, p) => sum + p.value, 0);
  const isOverlapping = work > seconds.total * 1.01;
  const compared = spend.estimate ? estimateAgainstSpend(spend.estimate, spend.lines) : [];
  const budget = spend.budget === null ? '' : ` of a budget of ${dollars(spend.budget)}`;
  return section(
    'time',
    'Cost and time',
    html`The run ${state === 'ended' ? 'took' : 'has taken so far'} <b>${duration(seconds.total)}</b> and spent <b>${dollars(spend.usd)}</b>${budget}${spend.usd === 0 ? ' on model services' : ''}.`,
    parts.length > 0 &&
      figureOf(
        `Where the time went.${isOverlapping ? ' Stages that ran side by side count once each, so the parts add up to more than the whole.' : ''}`,
        [
          stackedBar(parts, { whole: work, height: 26, title: parts.map((p) => `${p.name}: ${duration(p.value)}`).join(', ') }),
          legend(parts.map((p) => ({ ...p, text: duration(p.value) }))),
        ],
      ),
    compared.length > 0 &&
      table(
        'Expected and paid',
        [
          { head: 'Kind', cell: (l) => l.kind },
          { head: 'Provider', cell: (l) => l.provider },
          { head: 'Expected', kind: 'number', cell: (l) => (l.estimated ? dollars(l.estimated.value) : '–') },
          { head: 'Between', kind: 'number', cell: (l) => (l.estimated ? `${dollars(l.estimated.low)} – ${dollars(l.estimated.high)}` : '–') },
          { head: 'Paid', kind: 'number', cell: (l) => `${dollars(l.spent)}${l.isSettled ? '' : ' with reservations'}` },
        ],
        compared,
      ),
    spend.lines.length > 0 &&
      table(
        'What was paid for',
        [
          { head: 'Kind', cell: (l) => l.kind },
          { head: 'What', kind: 'text', cell: (l) => l.label },
          { head: 'Provider', cell: (l) => l.provider ?? '' },
          { head: 'Cost', kind: 'number', cell: (l) => `${dollars(l.usd)}${l.isSettled ? '' : ' reserved'}` },
        ],
        spend.lines,
      ),
  );
}
