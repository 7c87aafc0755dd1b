import type { DatasetProfile } from '../../../../contracts/dataset.ts';
import type { SynthesisReport } from '../../../../contracts/synthesis.ts';
import type { RowCounts } from '../../../../contracts/run.ts';
import { type BarRow, barRows, legend } from '../../charts/bars.ts';
import type { DatasetReport, FindingGroup, ReportData } from '../../report-data.ts';
import { count, findingNames, plural, share } from '../../wording.ts';
import { html, type Markup } from '../markup.ts';
import { figureOf, section, type Section } from '../section.ts';
import { table } from '../table.ts';

const mostLabels = 40;
const splits = ['train', 'validation', 'test'] as const;
const sides = [...splits, 'fresh'] as const;

/** What went in, what fell away and why, and how the rest is spread. */
export function dataSection({ dataset }: ReportData): Section | null {
  if (dataset === null) return null;
  const { read, rows, redacted, synthetic } = dataset;
  const kept = keptOf(rows);
  return section(
    'data',
    'The data',
    html`Of ${plural(read, 'row')} read, ${count(kept)} (${share(kept, read)}) were kept. ${
      redacted > 0 ? `In ${plural(redacted, 'row')}, personal data was replaced by placeholders before anything was trained. ` : ''
    }${
      synthetic > 0 ? `${plural(synthetic, 'row')} were written by a model. ` : ''
    }Test rows were never trained on, and what resembled them was removed from the training side.`,
    figureOf(
      `From all rows read to the parts: training teaches, validation chooses, test judges${
        rows.fresh ? ', and fresh rows, which the champion never had, were held out to compare with it' : ''
      }. Orange is what fell away, and why.`,
      barRows(funnel(dataset), read),
    ),
    dataset.balance.length > 0 && balance(dataset),
    dataset.profile !== null && dataset.profile.lengths.length > 0 && lengths(dataset.profile),
    dataset.profile !== null && dataset.profile.samples.length > 0 && samples(dataset.profile),
    dataset.synthesis !== null && synthesisPart(dataset.synthesis),
    dataset.findings.length > 0 && findings(dataset.findings),
  );
}

const keptOf = (rows: RowCounts): number => sides.reduce((sum, side) => sum + (rows[side] ?? 0), 0);

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
  const kept = keptOf(rows);
  let at = 0;
  const parts = sides.flatMap((split) => {
    const n = rows[split];
    if (n === undefined) return [];
    const row = { ...bar(split, at, n, `fill-${split}`), className: 'sub' };
    at += n;
    return [row];
  });
  return [bar('rows read', 0, read, 'fill-rest'), ...falls, bar('rows kept', 0, kept, 'fill-kept'), ...parts];
}

function balance(dataset: DatasetReport): Markup {
  const { balance: all } = dataset;
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
    `Rows per label and part${ratio}.${beforeText(dataset)}${shown.length < sized.length ? ` Of ${sized.length} labels, the ${mostLabels / 2} largest and the ${mostLabels / 2} smallest are shown.` : ''}`,
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

/** How the labels stood before rows fell away, where that has changed what the largest is to the smallest. */
function beforeText({ profile }: DatasetReport): string {
  const counts = Object.values(profile?.before ?? {});
  const [most, least] = [Math.max(...counts, 0), Math.min(...counts, Number.POSITIVE_INFINITY)];
  return counts.length < 2 || least === 0 ? '' : ` As they were read, the largest had ${(most / least).toFixed(1)} times the rows of the smallest.`;
}

function lengths({ lengths: buckets }: DatasetProfile): Markup {
  const sized = buckets.map((bucket) => ({ ...bucket, total: bucket.train + bucket.validation + bucket.test }));
  const rows = sized.map(
    (bucket, i): BarRow => ({
      name: i === 0 ? `up to ${count(bucket.upTo)}` : `${count((sized[i - 1]?.upTo ?? 0) + 1)}–${count(bucket.upTo)}`,
      from: 0,
      value: count(bucket.total),
      title: `up to ${bucket.upTo} characters: ${bucket.train} train, ${bucket.validation} validation, ${bucket.test} test`,
      segments: splits.map((name) => ({ name, value: bucket[name], className: `fill-${name}` })),
    }),
  );
  return html`<h3>Length of the texts</h3>${figureOf('Rows by characters of their input; the parts should look alike.', barRows(rows, Math.max(...sized.map(({ total }) => total), 1)))}`;
}

const samples = ({ samples: rows }: DatasetProfile): Markup =>
  html`<details><summary>A few rows of each part</summary>${table(
    'Rows as they were trained and tested on',
    [
      { head: 'Where', cell: (row) => html`<code>${row.id}</code>` },
      { head: 'Part', cell: (row) => row.side },
      { head: 'Input', kind: 'text', cell: (row) => row.input },
      { head: 'Output', kind: 'text', cell: (row) => row.output },
    ],
    rows,
  )}</details>`;

function synthesisPart({ teacher, requested, written, kept, stopped, filters, generators, documentsOfTest }: SynthesisReport): Markup {
  const dropped = filters.filter((filter) => filter.dropped > 0);
  return html`<h3>Rows written by a model</h3><p>${teacher} was asked for ${plural(requested, 'row')} and wrote ${count(written)}${
    stopped === 'time' ? ' before its time was up' : ''
  }; ${count(kept)} passed every filter and joined the training rows. ${Object.entries(generators)
    .map(([name, of]) => `${name}: ${of.kept} of ${of.written}`)
    .join(', ')}.${documentsOfTest.length > 0 ? ` Nothing was written from ${documentsOfTest.join(', ')}, which test rows come from.` : ''}</p>${
    dropped.length === 0
      ? ''
      : table(
          'What each filter dropped, in their order',
          [
            { head: 'Filter', cell: (filter) => filter.filter },
            { head: 'Dropped', kind: 'number', cell: (filter) => count(filter.dropped) },
            {
              head: 'For example',
              kind: 'text',
              cell: (filter) => (filter.samples[0] ? `${filter.samples[0].text} (${filter.samples[0].why})` : '–'),
            },
          ],
          dropped,
        )
  }`;
}
