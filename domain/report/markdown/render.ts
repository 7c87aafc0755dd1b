import { metricName, percent, points } from '../../gate/wording.ts';
import type { ReportData } from '../report-data.ts';
import { agreementText, clip, count, dollars, duration, figure, findingNames, milliseconds, moment, pValue, range, shortHash } from '../wording.ts';
import { cell, markdownTable } from './table.ts';

const mostMistakes = 8;

/**
 * The report as a comment on a pull request: the decision, why, the arms, and what stands behind it; the rest is folded away.
 *
 * @example await comment(renderMarkdown(data));
 */
export function renderMarkdown(data: ReportData): string {
  const parts = [
    `## ${cell(data.name)}: ${data.outcome ?? data.state}`,
    `**${cell(data.headline)}**`,
    gate(data),
    arms(data),
    judge(data),
    tried(data),
    slices(data),
    changes(data),
    mistakes(data),
    dataset(data),
    footer(data),
  ];
  return `${parts.filter((part) => part !== null).join('\n\n')}\n`;
}

function gate({ gate: decided }: ReportData): string | null {
  if (decided === null) return null;
  const reasons = decided.reasons.map((reason) => `- ${cell(reason)}`).join('\n');
  if (decided.comparisons.length === 0) return reasons;
  return `${reasons}\n\n${markdownTable(
    [
      { head: 'Against', cell: (c) => c.against },
      { head: `Gain, points of ${metricName(decided.metric)}`, cell: (c) => points(c.difference.value), isNumber: true },
      { head: `${percent(decided.level)} interval`, cell: (c) => `${points(c.difference.low)} to ${points(c.difference.high)}`, isNumber: true },
      { head: 'Luck', cell: (c) => pValue(c.difference.p), isNumber: true },
      { head: 'Smallest visible gain', cell: (c) => points(c.detectable).replace('+', ''), isNumber: true },
    ],
    decided.comparisons,
  )}`;
}

function arms(data: ReportData): string | null {
  const measured = data.arms
    .filter((arm) => arm.n > 0)
    .toSorted((a, b) => (b.metrics[data.metric]?.value ?? 0) - (a.metrics[data.metric]?.value ?? 0));
  if (measured.length === 0) return null;
  const { roles, deployment } = data;
  const roleOf = (name: string) =>
    [
      name === roles.candidate && 'candidate',
      name === roles.champion && 'champion',
      name === roles.bestUntuned && 'best untuned',
      name === deployment?.arm && 'deployed',
    ]
      .filter((role) => role !== false && role !== name)
      .join(', ');
  return `### Arms\n\n${markdownTable(
    [
      { head: 'Arm', cell: (arm) => arm.name },
      { head: 'Role', cell: (arm) => roleOf(arm.name) || arm.kind },
      { head: metricName(data.metric), cell: (arm) => figure(data.metric, arm.metrics[data.metric]?.value ?? Number.NaN), isNumber: true },
      {
        head: '95 % interval',
        cell: (arm) => (arm.metrics[data.metric] ? range(data.metric, arm.metrics[data.metric] ?? { low: 0, high: 0 }) : '–'),
        isNumber: true,
      },
      { head: 'Rows', cell: (arm) => count(arm.n), isNumber: true },
      { head: 'Unusable', cell: (arm) => count(arm.unparseable), isNumber: true },
      { head: 'p95', cell: (arm) => milliseconds(arm.latencyMs.p95), isNumber: true },
      { head: 'Cost', cell: (arm) => dollars(arm.usd), isNumber: true },
    ],
    measured,
  )}`;
}

function judge({ judge: by }: ReportData): string | null {
  return by && `**Judge:** ${cell(by.model)}. ${agreementText(by.agreement)}.`;
}

function tried({ sweep, learning, validationMetric }: ReportData): string | null {
  const advice = [...(sweep?.advice ?? []), ...learning.flatMap((point) => point.advice ?? [])];
  if (sweep === null) return advice.length > 0 ? advice.map((text) => `- ${cell(text)}`).join('\n') : null;
  const settings = (trial: (typeof sweep.trials)[number]) =>
    Object.entries(trial.hyperparameters)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  const rows = markdownTable(
    [
      { head: 'Setting', cell: (trial) => `${settings(trial)}${trial.isWinner ? ' (winner)' : ''}` },
      {
        head: `${metricName(validationMetric)}, validation`,
        cell: (trial) => (trial.estimate ? figure(validationMetric, trial.estimate.value) : (trial.stoppedBy ?? '–')),
        isNumber: true,
      },
    ],
    sweep.trials,
  );
  return folded(`${sweep.trials.length} trials before the test rows`, [rows, ...advice.map((text) => `- ${cell(text)}`)].join('\n\n'));
}

function slices({ gate: decided }: ReportData): string | null {
  if (!decided?.slices?.judged.length) return null;
  const { against, judged } = decided.slices;
  return folded(
    `Parts of the traffic against ${cell(against)}`,
    markdownTable(
      [
        { head: 'Slice', cell: (s) => `${s.column}: ${s.value || '(empty)'}` },
        { head: 'Rows', cell: (s) => count(s.n), isNumber: true },
        { head: 'Gain', cell: (s) => points(s.difference.value), isNumber: true },
        { head: 'Interval', cell: (s) => `${points(s.difference.low)} to ${points(s.difference.high)}`, isNumber: true },
        { head: 'Luck, corrected', cell: (s) => pValue(s.holm), isNumber: true },
        { head: 'Verdict', cell: (s) => s.verdict },
      ],
      judged,
    ),
  );
}

function changes({ changes: against }: ReportData): string | null {
  if (against === null) return null;
  return `**Against the champion:** of ${count(against.n)} test rows${against.fresh > 0 ? ` (${count(against.fresh)} of them fresh)` : ''}, ${count(against.gains)} become right and ${count(against.losses)} become wrong; ${count(against.same)} stay the same.`;
}

function mistakes({ mistakes: found }: ReportData): string | null {
  if (found === null || found.rows.length === 0 || found.kind === 'all') return null;
  const shown = found.rows.slice(0, mostMistakes);
  return folded(
    `${count(found.total)} of ${count(found.n)} test rows are wrong; the first ${shown.length}`,
    markdownTable(
      [
        { head: 'Row', cell: (r) => r.row },
        { head: 'Input', cell: (r) => clip(r.input, 160) },
        { head: 'Expected', cell: (r) => clip(r.expected, 80) },
        { head: 'Answered', cell: (r) => clip(r.said.find((s) => s.arm === found.arm)?.answer ?? 'unusable', 80) },
      ],
      shown,
    ),
  );
}

function dataset({ dataset: data }: ReportData): string | null {
  if (data === null) return null;
  const dropped = Object.entries(data.dropped)
    .filter(([, n]) => n > 0)
    .map(([kind, n]) => `${findingNames[kind] ?? kind} ${count(n)}`)
    .join(', ');
  const { train, validation, test, fresh } = data.rows;
  return folded(
    'Data',
    `${count(data.read)} rows read; ${dropped ? `dropped: ${dropped}` : 'none dropped'}; redacted: ${count(data.redacted)}. Kept: ${count(train)} train, ${count(validation)} validation, ${count(test)} test${fresh ? `, ${count(fresh)} held out as fresh` : ''}.`,
  );
}

function footer(data: ReportData): string {
  const { approval, lineage } = data;
  const signed = approval
    ? `approved by ${cell(approval.by)} (${approval.verified ? 'verified' : 'not verified'}), ${moment(approval.at)} · artifact \`${shortHash(approval.artifact)}\` · `
    : '';
  const bound = [
    ['dataset', lineage.dataset],
    ['evidence', lineage.evidence],
  ]
    .flatMap(([name, hash]) => (hash ? [`${name} \`${shortHash(hash)}\``] : []))
    .join(' · ');
  const estimated = data.spend.estimate?.total;
  const expected = estimated && estimated.high > 0 ? ` of ${dollars(estimated.value)} expected` : '';
  return `<sub>${signed}run \`${data.run}\`${bound ? ` · ${bound}` : ''} · ${duration(data.seconds.total)}, ${dollars(data.spend.usd)}${expected}</sub>`;
}

const folded = (summary: string, body: string): string => `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
