import { percentScale } from '../../charts/svg.ts';
import { stripChart, type StripRow } from '../../charts/strip.ts';
import { metricName } from '../../../gate/wording.ts';
import type { LearningPointReport, ReportData, TrialReport } from '../../report-data.ts';
import { count, figure, range } from '../../wording.ts';
import { html, type Markup } from '../markup.ts';
import { estimate } from '../roles.ts';
import { figureOf, section, type Section } from '../section.ts';

/** What was tried before the test rows were touched: settings, and shares of the training rows. */
export function trialsSection({ sweep, learning, validationMetric }: ReportData): Section | null {
  if (sweep === null && learning.length === 0) return null;
  return section(
    'trials',
    'What was tried',
    'Everything here is measured on validation rows. The test rows were met once, by the candidate that came of it.',
    sweep &&
      html`<h3>Settings</h3>${trialsFigure(sweep.trials, validationMetric)}${
        sweep.stoppedBy === null ? null : html`<p class="note">The sweep ended early: its ${sweep.stoppedBy} was spent.</p>`
      }${sweep.advice.map((text) => html`<p>${text}</p>`)}`,
    learning.length > 0 && html`<h3>Learning curve</h3>${learningFigure(learning, validationMetric)}`,
  );
}

function trialsFigure(trials: readonly TrialReport[], metric: string): Markup {
  const drawn = trials.flatMap((trial) => (trial.estimate ? [trial] : []));
  const rows = drawn.map((trial): StripRow => {
    const settings = settingsText(trial.hyperparameters);
    return {
      name: html`${trial.isWinner ? html`<b>${settings}</b> <span class="badge">winner</span>` : settings}`,
      estimate: trial.estimate ?? { value: 0, low: 0, high: 0 },
      role: trial.isWinner ? 'candidate' : 'other',
      value: estimate(metric, trial.estimate ?? undefined),
      title: `${settings}: ${figure(metric, trial.estimate?.value ?? Number.NaN)}`,
    };
  });
  const stopped = trials.filter(({ estimate: known }) => !known);
  return html`${rows.length === 0 ? null : figureOf(`${metricName(metric)} of each trial on validation rows, with 95 % intervals: every setting for few epochs first, the best third for three times as many.`, stripChart(rows, scaleOf(drawn), { text: (v) => figure(metric, v).replace('.0 %', ' %'), axisName: metricName(metric) }))}${stopped.map(({ hyperparameters, stoppedBy }) => html`<p class="note">${settingsText(hyperparameters)} did not come to an end (${stoppedBy ?? 'no value'}).</p>`)}`;
}

function learningFigure(points: readonly LearningPointReport[], metric: string): Markup {
  const drawn = points.flatMap((point) => (point.estimate ? [point] : []));
  const rows = drawn.map(
    (point): StripRow => ({
      name: `${count(point.rows)} rows`,
      estimate: point.estimate ?? { value: 0, low: 0, high: 0 },
      role: point.share === 1 ? 'candidate' : 'other',
      value: estimate(metric, point.estimate ?? undefined),
      title: `${count(point.rows)} training rows: ${figure(metric, point.estimate?.value ?? Number.NaN)}, interval ${point.estimate ? range(metric, point.estimate) : '–'}`,
    }),
  );
  return figureOf(
    `${metricName(metric)} on validation rows after training on a share of the training rows. ${points.at(-1)?.advice ?? ''}`.trim(),
    stripChart(rows, scaleOf(drawn), { text: (v) => figure(metric, v).replace('.0 %', ' %'), axisName: metricName(metric) }),
  );
}

const settingsText = (settings: TrialReport['hyperparameters']): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

const scaleOf = (drawn: readonly { readonly estimate: TrialReport['estimate'] }[]) => {
  const estimates = drawn.flatMap(({ estimate: e }) => (e ? [e] : []));
  return percentScale(Math.min(...estimates.map((e) => e.low)), Math.max(...estimates.map((e) => e.high)));
};
