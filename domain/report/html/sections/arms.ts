import type { ArmDocument } from '../../../../contracts/run.ts';
import { metricName } from '../../../gate/wording.ts';
import type { ReportData } from '../../report-data.ts';
import { agreementText, count, dollars, duration, kindNames, milliseconds } from '../../wording.ts';
import { html } from '../markup.ts';
import { armName, estimate } from '../roles.ts';
import { section, type Section } from '../section.ts';
import { type Column, table } from '../table.ts';

const mostMetrics = 4;
/** What most readers look for; the rest is folded away. */
const firstMetrics = [
  'accuracy',
  'f1_macro',
  'precision_macro',
  'recall_macro',
  'field_f1',
  'judge',
  'similarity',
  'token_f1',
  'rouge_l',
  'exact_match',
] as const;

/** Every arm with everything that was measured of it. */
export function armsSection(data: ReportData): Section | null {
  const measured = data.arms.filter((arm) => arm.n > 0);
  if (measured.length === 0) return null;
  const known = new Set(measured.flatMap((arm) => Object.keys(arm.metrics)));
  const all = [...new Set([data.metric, ...firstMetrics, ...known])].filter((metric) => known.has(metric));
  const [main, rest] = [all.slice(0, mostMetrics), all.slice(mostMetrics)];
  const column = (metric: string): Column<ArmDocument> => ({
    head: metricName(metric),
    kind: 'number',
    cell: (arm) => estimate(metric, arm.metrics[metric]),
  });
  const name: Column<ArmDocument> = { head: 'Arm', cell: (arm) => armName(data, arm.name) };
  return section(
    'arms',
    'All arms side by side',
    'Every arm answered the same test rows through the path that would serve it. Figures are followed by their 95 % interval.',
    table(
      'Arms and their scores',
      [name, { head: 'Kind', cell: (arm) => kindNames[arm.kind] ?? arm.kind }, { head: 'Model', cell: (arm) => arm.model }, ...main.map(column)],
      measured,
    ),
    table(
      'What they cost and how fast they are',
      [
        name,
        { head: 'Rows', kind: 'number', cell: (arm) => count(arm.n) },
        { head: 'Unusable answers', kind: 'number', cell: (arm) => count(arm.unparseable) },
        { head: 'Median latency', kind: 'number', cell: (arm) => milliseconds(arm.latencyMs.p50) },
        { head: 'Slowest 5 % above', kind: 'number', cell: (arm) => milliseconds(arm.latencyMs.p95) },
        { head: 'Cost', kind: 'number', cell: (arm) => dollars(arm.usd) },
        { head: 'Time for all rows', kind: 'number', cell: (arm) => duration(arm.seconds) },
      ],
      measured,
    ),
    html`<p class="note">Unusable answers could not be read as an answer at all, and count as wrong.</p>`,
    data.judge && html`<p class="note">The judge's figures come from ${data.judge.model}. ${agreementText(data.judge.agreement)}.</p>`,
    rest.length > 0
      ? html`<details><summary>More metrics: ${rest.map(metricName).join(', ')}</summary>${table('More metrics', [name, ...rest.map(column)], measured)}</details>`
      : null,
  );
}
