import { type BarRow, barRows, legend } from '../../charts/bars.ts';
import type { DatasetReport, FindingGroup, ReportData } from '../../report-data.ts';
import { count, findingNames, plural, share } from '../../wording.ts';
import { html, type Markup } from '../markup.ts';
import { figureOf, section, type Section } from '../section.ts';
import { table } from '../table.ts';

const mostLabels = 40;
const splits = ['train', 'validation', 'test'] as const;

/** What went in, what fell away and why, and how the rest is spread. */
export function dataSection({ dataset }: ReportData): Section | null {
  if (dataset === null) return null;
  const { read, rows, redacted, synthetic } = dataset;
  const kept = rows.train + rows.validation + rows.test;
  return section(
    'data',
    'The data',
    html`Of ${plural(read, 'row')} read, ${count(kept)} (${share(kept, read)}) were kept. ${
      redacted > 0 ? `In ${plural(redacted, 'row')}, personal data was replaced by placeholders before anything was trained. ` : ''
    }${
      synthetic > 0 ? `${plural(synthetic, 'row')} were written by a model. ` : ''
    }Test rows were never trained on, and what resembled them was removed from the training side.`,
    figureOf(
      'From all rows read to the three parts: training teaches, validation chooses, test judges. Orange is what fell away, and why.',
      barRows(funnel(dataset), read),
    ),
    dataset.balance.length > 0 && balance(dataset),
    dataset.findings.length > 0 && findings(dataset.findings),
  );
}

function funnel({ read, dropped, rows }: DatasetReport): BarRow[] {
  const bar = (name: string, from: number, value: number, className: string): BarRow => ({
    name,
    from,
    value: count(value),
    segments: [{ name, value, className }],
    title: `${name}: ${plural(value, 'row')}`,
  });
  let left = read;
  const falls = Object.entries(dropped)
    .filter(([, n]) => n > 0)
    .map(([kind, n]) => {
      left -= n;
      return bar(findingNames[kind] ?? kind, left, n, 'fill-bad');
    });
  const kept = splits.reduce((sum, s) => sum + rows[s], 0);
  let at = 0;
  const parts = splits.map((split) => {
    const row = { ...bar(split, at, rows[split], `fill-${split}`), className: 'sub' };
    at += rows[split];
    return row;
  });
  return [bar('rows read', 0, read, 'fill-rest'), ...falls, bar('rows kept', 0, kept, 'fill-kept'), ...parts];
}

function balance({ balance: all }: DatasetReport): Markup {
  const sized = all.map((b) => ({ ...b, total: b.train + b.validation + b.test })).sort((a, b) => b.total - a.total);
  const shown = sized.length <= mostLabels ? sized : [...sized.slice(0, mostLabels / 2), ...sized.slice(-mostLabels / 2)];
  const most = Math.max(...sized.map((b) => b.total), 1);
  const rows = shown.map(
    (b): BarRow => ({
      name: b.label,
      from: 0,
      value: count(b.total),
      title: `${b.label}: ${b.train} train, ${b.validation} validation, ${b.test} test`,
      segments: splits.map((name) => ({ name, value: b[name], className: `fill-${name}` })),
    }),
  );
  const smallest = sized.at(-1)?.total ?? 0;
  const ratio = smallest > 0 ? `; the largest has ${(most / smallest).toFixed(1)} times the rows of the smallest` : '';
  return html`<h3>Class balance</h3>${figureOf(
    `Rows per label and part${ratio}.${shown.length < sized.length ? ` Of ${sized.length} labels, the ${mostLabels / 2} largest and the ${mostLabels / 2} smallest are shown.` : ''}`,
    [legend(splits.map((name) => ({ name, className: `fill-${name}` }))), barRows(rows, most)],
    'balance',
  )}`;
}

const findings = (groups: readonly FindingGroup[]): Markup =>
  html`<h3>What was found in the files</h3><p class="note">Every finding names its file and line, so that the source can be corrected.</p>${groups.map(
    (group) =>
      html`<details><summary>${plural(group.count, 'row')} ${group.action}: ${findingNames[group.kind] ?? group.kind}</summary>${table(
        group.shown.length < group.count ? `The first ${group.shown.length} of ${count(group.count)}` : 'All of them',
        [
          { head: 'Where', cell: (f) => html`<code>${f.file}:${f.line}</code>` },
          { head: 'Field', cell: (f) => f.field ?? '–' },
          { head: 'Like', cell: (f) => (f.other ? html`<code>${f.other.file}:${f.other.line}</code>` : '–') },
          { head: 'What', kind: 'text', cell: (f) => f.message },
          { head: 'Remedy', kind: 'text', cell: (f) => f.remedy },
        ],
        group.shown,
      )}</details>`,
  )}`;
