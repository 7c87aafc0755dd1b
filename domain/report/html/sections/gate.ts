import { metricName, percent, points } from '../../../gate/wording.ts';
import { stripChart } from '../../charts/strip.ts';
import { percentScale } from '../../charts/svg.ts';
import type { GateReport, ReportData } from '../../report-data.ts';
import { count, moment, pValue, unbroken } from '../../wording.ts';
import { html, type Markup } from '../markup.ts';
import { armName, roleOf } from '../roles.ts';
import { figureOf, section, type Section } from '../section.ts';
import { table } from '../table.ts';

const words = { promote: 'Promote', reject: 'Reject', inconclusive: 'Inconclusive' } as const;

/** Why: the paired comparisons, what they prove, and what this test could have seen at all. */
export function gateSection(data: ReportData): Section | null {
  const { gate } = data;
  if (gate === null) return null;
  const lead = html`The gate's answer is <b>${words[gate.decision].toLowerCase()}</b>. It promotes a candidate only when the whole interval of its gain lies above ${
    gate.minimumGain === 0 ? 'zero' : `${points(gate.minimumGain)} points`
  } against every arm that has to be beaten; a better average is not enough.`;
  return section(
    'gate',
    'Why: the gate',
    lead,
    html`<ul class="reasons">${gate.reasons.map((reason) => html`<li>${unbroken(reason)}</li>`)}</ul>`,
    gate.comparisons.length > 0 ? differences(data, gate) : null,
    gate.comparisons.length > 0 ? comparisons(gate) : null,
    gate.retraining ? retraining(gate, gate.retraining) : null,
    gate.suites.length > 0 ? suites(gate) : null,
    gate.ledger.length > 0 ? ledger(data, gate) : null,
  );
}

function differences(data: ReportData, gate: GateReport): Markup {
  const ends = gate.comparisons.flatMap(({ difference }) => [difference.low, difference.high]);
  const scale = percentScale(Math.min(0, ...ends), Math.max(0, gate.minimumGain, ...ends));
  const rows = gate.comparisons.map(({ against, difference }) => ({
    name: html`<span class="versus">against</span> ${armName(data, against)}${isOnFresh(gate, against) ? ' (fresh rows)' : ''}`,
    estimate: difference,
    role: roleOf(data, gate.candidate),
    value: html`<b>${points(difference.value)}</b> <span class="range">${points(difference.low)} to ${points(difference.high)}</span>`,
    title: `${gate.candidate} against ${against}: ${points(difference.value)} points, ${percent(gate.level)} interval ${points(difference.low)} to ${points(difference.high)}`,
  }));
  const references = [{ at: 0, className: 'zero' }, ...(gate.minimumGain === 0 ? [] : [{ at: gate.minimumGain, className: 'goal' }])];
  return figureOf(
    html`Gain of <b>${gate.candidate}</b> in ${metricName(gate.metric)}, in percentage points, on ${count(gate.n)} test rows that both answered${
      gate.retraining?.gain ? `; against the champion on ${count(gate.retraining.fresh)} labelled rows fresher than its dataset` : ''
    }. Right of the ${gate.minimumGain === 0 ? 'strong' : 'dashed'} line is better; an interval that crosses it proves nothing.`,
    stripChart(rows, scale, { text: points, axisName: 'points gained', references }),
  );
}

const comparisons = (gate: GateReport): Markup =>
  html`${table(
    'The paired comparisons',
    [
      { head: 'Against', cell: (c) => `${c.against}${isOnFresh(gate, c.against) ? ' (fresh rows)' : ''}` },
      { head: 'Gain', kind: 'number', cell: (c) => points(c.difference.value) },
      { head: `${percent(gate.level)} interval`, kind: 'number', cell: (c) => `${points(c.difference.low)} to ${points(c.difference.high)}` },
      { head: 'Luck', kind: 'number', cell: (c) => pValue(c.difference.p) },
      { head: 'Only it right', kind: 'number', cell: (c) => (c.gains === null ? '–' : count(c.gains)) },
      { head: 'Only the other right', kind: 'number', cell: (c) => (c.losses === null ? '–' : count(c.losses)) },
      { head: 'Smallest visible gain', kind: 'number', cell: (c) => `${points(c.detectable).replace('+', '')}` },
      { head: 'Rows needed', kind: 'number', cell: (c) => (c.rowsNeeded === null ? '–' : count(c.rowsNeeded)) },
    ],
    gate.comparisons,
  )}<p class="note">“Luck” is the chance of so large a gap if both were equally good. “Smallest visible gain” is the difference, in points, that a test of ${count(gate.n)} rows shows in four cases of five. Test used: ${[...new Set(gate.comparisons.flatMap((c) => c.test ?? []))].join('; ') || 'paired'}.</p>`;

const isOnFresh = ({ retraining: found }: GateReport, against: string): boolean => found?.gain != null && against === 'champion';

const retraining = (gate: GateReport, { fresh, frozen, margin, gain, kept }: NonNullable<GateReport['retraining']>): Markup =>
  html`<h3>Retrained: better where the world is now, and no worse where it was</h3><p class="note">The champion learned from older rows. The retrained model must beat it on labelled rows that neither has seen, and must not lose more than ${percent(margin)} on the test rows that the champion was judged on.</p>${table(
    'Candidate against champion',
    [
      { head: 'Rows', cell: (r) => r.name },
      { head: 'How many', kind: 'number', cell: (r) => count(r.n) },
      { head: 'Change', kind: 'number', cell: (r) => (r.estimate === null ? '–' : points(r.estimate.value)) },
      {
        head: `${percent(gate.level)} interval`,
        kind: 'number',
        cell: (r) => (r.estimate === null ? 'too few rows' : `${points(r.estimate.low)} to ${points(r.estimate.high)}`),
      },
      { head: 'Must be', cell: (r) => r.wanted },
    ],
    [
      { name: 'fresher than the champion', n: fresh, estimate: gain, wanted: `above ${gate.minimumGain === 0 ? 'zero' : points(gate.minimumGain)}` },
      { name: 'frozen test set', n: frozen, estimate: kept, wanted: `above ${points(-margin)}` },
    ],
  )}`;

const suites = (gate: GateReport): Markup =>
  html`<h3>Abilities that must not be lost</h3><p class="note">Each suite asks the candidate things that it should still know after tuning; a proved loss beyond the margin is a veto.</p>${table(
    'Suites',
    [
      { head: 'Suite', cell: (s) => s.name },
      { head: 'Rows', kind: 'number', cell: (s) => count(s.n) },
      { head: 'Passed', kind: 'number', cell: (s) => percent(Math.round(s.passed.candidate * 1000) / 1000) },
      {
        head: 'Before',
        kind: 'number',
        cell: (s) => `${percent(Math.round(s.passed.target * 1000) / 1000)}${s.against === null ? '' : ` (${s.against})`}`,
      },
      { head: 'Change', kind: 'number', cell: (s) => points(-s.regression.value) },
      { head: 'Interval', kind: 'number', cell: (s) => `${points(-s.regression.high)} to ${points(-s.regression.low)}` },
      { head: 'May lose', kind: 'number', cell: (s) => (s.margin === null ? '–' : percent(s.margin)) },
      { head: 'Verdict', cell: (s) => s.verdict },
    ],
    gate.suites,
  )}`;

const ledger = (data: ReportData, gate: GateReport): Markup =>
  html`<h3>How often this test set was used</h3><p class="note">Each look at the same test rows gives luck one more chance, so each is allowed half the error of the one before; when nothing is left, the gate asks for fresh rows.</p>${table(
    'The alpha ledger of this endpoint and test set',
    [
      { head: 'Look', cell: (l) => l.look },
      { head: 'Error allowed', kind: 'number', cell: (l) => percent(l.alpha) },
      { head: 'Run', cell: (l) => html`<code>${l.run}</code>${l.run === data.run ? ' (this one)' : ''}` },
      { head: 'When', cell: (l) => moment(l.at) },
    ],
    gate.ledger,
  )}`;
