import { metricName } from '../../../gate/wording.ts';
import { stripChart, type StripRow } from '../../charts/strip.ts';
import { percentScale } from '../../charts/svg.ts';
import type { ReportData } from '../../report-data.ts';
import { count, figure, moment, range, shortHash, unbroken } from '../../wording.ts';
import { type Content, html, type Markup } from '../markup.ts';
import { armName, estimate, roleOf } from '../roles.ts';
import { figureOf } from '../section.ts';

const outcomeNames = {
  deployed: 'Deployed',
  declined: 'Declined',
  inconclusive: 'Inconclusive',
  rejected: 'Rejected',
  failed: 'Failed',
  cancelled: 'Cancelled',
} as const;
const stateNames = {
  running: 'Running',
  paused: 'Paused',
  'waiting-for-approval': 'Waiting for approval',
  'waiting-for-budget': 'Waiting for a larger budget',
  'waiting-for-answer': 'Waiting for an answer about a training job',
  ended: 'Ended',
} as const;

/** The decision in one sentence and one picture. */
export function opening(data: ReportData): Markup {
  const status = data.outcome ? outcomeNames[data.outcome] : stateNames[data.state];
  return html`<header id="decision" class="opening">
<p class="kicker">Tunegate report <span aria-hidden="true">·</span> ${data.name} <span aria-hidden="true">·</span> <time datetime="${data.endedAt ?? data.createdAt}">${moment(data.endedAt ?? data.createdAt)}</time></p>
<p class="verdict ${data.outcome ?? 'open'}">${status}</p>
<h1>${unbroken(data.headline)}</h1>
${data.error?.remedy ? html`<p class="lead"><b>What to do:</b> ${data.error.remedy}</p>` : null}
${data.task.instruction ? html`<p class="lead">The task: “${data.task.instruction}”${data.task.labels > 0 ? ` (one of ${data.task.labels} labels)` : ''}</p>` : null}
${picture(data)}
<dl class="facts">${facts(data).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>`;
}

function picture(data: ReportData): Markup | null {
  const measured = data.arms
    .flatMap((arm) => {
      const value = arm.metrics[data.metric];
      return value ? [{ arm, value }] : [];
    })
    .sort((a, b) => b.value.value - a.value.value);
  if (measured.length === 0) return null;
  const name = metricName(data.metric);
  const scale = percentScale(Math.min(...measured.map((m) => m.value.low)), Math.max(...measured.map((m) => m.value.high)), { count: 6 });
  const rows = measured.map(
    ({ arm, value }): StripRow => ({
      name: armName(data, arm.name),
      estimate: value,
      role: roleOf(data, arm.name),
      value: estimate(data.metric, value),
      title: `${arm.name}: ${name} ${figure(data.metric, value.value)}, 95 % interval ${range(data.metric, value)}`,
    }),
  );
  const n = Math.max(...measured.map((m) => m.arm.n));
  const caption = html`Each mark is one way to answer (an <em>arm</em>), measured by ${name} on the same ${count(n)} test rows, best first. The line through it is the 95 % interval: where the true value most likely lies, given how few or many rows were asked. ${words(data)}`;
  return figureOf(caption, stripChart(rows, scale, { text: (v) => figure(data.metric, v).replace('.0 %', ' %'), axisName: name }), 'picture');
}

/** The words of the badges that stand in the picture, for whoever meets them here for the first time. */
function words({ roles, deployment, arms }: ReportData): Markup[] {
  const said: [boolean, string, string][] = [
    [roles.candidate !== null, 'candidate', 'the tuned model that was judged'],
    [roles.champion !== null, 'champion', 'what the endpoint has served so far'],
    [roles.bestUntuned !== null, 'best untuned', 'the best that was reached without tuning, by prompts, examples, retrieval or a simple classifier'],
    [roles.offered !== null && !deployment, 'offered', 'what a person was asked to approve'],
  ];
  return said.filter(([isShown]) => isShown && arms.length > 0).map(([, word, meaning]) => html`<b>${word}</b>: ${meaning}. `);
}

function facts(data: ReportData): [string, Content][] {
  const { approval, voices } = data;
  const no = voices.find((v) => v.verdict === 'reject' && v.counted);
  const artifact = approval?.artifact ?? data.arms.find((a) => a.name === data.roles.offered)?.artifact;
  return [
    ...(data.deployment
      ? [['Serves', html`<b>${data.endpoint}</b> at <code>${data.deployment.url}</code>`] satisfies [string, Content]]
      : [['Endpoint', html`<b>${data.endpoint}</b>`] satisfies [string, Content]]),
    ...(approval
      ? [
          [
            'Approved by',
            html`<b>${approval.by}</b>, ${moment(approval.at)}${approval.verified ? ' (identity verified)' : ' (identity not verified)'}${approval.comment ? html`: “${approval.comment}”` : null}`,
          ] satisfies [string, Content],
        ]
      : []),
    ...(no
      ? [['Rejected by', html`<b>${no.by}</b>, ${moment(no.at)}${no.comment ? html`: “${no.comment}”` : null}`] satisfies [string, Content]]
      : []),
    ...(artifact ? [['Artifact', html`<code title="${artifact}">${shortHash(artifact)}</code>`] satisfies [string, Content]] : []),
    ['Run', html`<code>${data.run}</code>`],
  ];
}
