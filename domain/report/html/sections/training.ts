import { type Curve, curves } from '../../charts/curves.ts';
import type { JobReport, ReportData } from '../../report-data.ts';
import { count, duration, plural } from '../../wording.ts';
import { html, type Markup } from '../markup.ts';
import { legend } from '../../charts/bars.ts';
import { figureOf, section, type Section } from '../section.ts';
import { table } from '../table.ts';

/** How training went: the curves, and what was asked for. */
export function trainingSection({ jobs }: ReportData): Section | null {
  if (jobs.length === 0) return null;
  const drawn = jobs.filter((job) => job.loss.length > 1);
  const values = drawn.flatMap((job) => job.loss.flatMap((p) => [p.train, p.validation].filter((v) => v !== null)));
  const [low, high] = [Math.min(0, ...values), ceiling(values)];
  const settings = [...new Set(jobs.flatMap((job) => Object.keys(job.hyperparameters)))];
  return section(
    'training',
    'Training',
    'Loss measures how surprised the model is by the right answer: lower is better. When the validation line rises while the training line falls, the model learns by heart.',
    drawn.length > 0 && html`<div class="multiples">${drawn.map((job) => lossFigure(job, low, high))}</div>`,
    table(
      'Training jobs',
      [
        { head: 'Job', cell: (j) => html`<b>${j.candidate}</b>` },
        { head: 'Base model', cell: (j) => `${j.provider}/${j.base}` },
        { head: 'Status', cell: (j) => (j.error ? `${j.status}: ${j.error}` : j.status) },
        { head: 'Attempt', kind: 'number', cell: (j) => j.attempt },
        { head: 'Trained tokens', kind: 'number', cell: (j) => (j.trainedTokens === null ? '–' : count(j.trainedTokens)) },
        { head: 'Perplexity', kind: 'number', cell: (j) => perplexityOf(j)?.toFixed(2) ?? '–' },
        { head: 'Time', kind: 'number', cell: (j) => (j.seconds === null ? '–' : duration(j.seconds)) },
        { head: 'Id at the provider', cell: (j) => (j.id ? html`<code>${j.id}</code>` : '–') },
      ],
      jobs,
    ),
    settings.length > 0 &&
      table(
        'Hyperparameters',
        [
          { head: 'Setting', cell: (s) => s },
          ...jobs
            .filter((j) => Object.keys(j.hyperparameters).length > 0)
            .map((j) => ({ head: j.candidate, kind: 'number' as const, cell: (s: string) => String(j.hyperparameters[s] ?? '–') })),
        ],
        settings,
        { className: 'compact' },
      ),
  );
}

/** e to the last validation loss: among how many equally likely words the model still hesitates, on answers that it was not trained on. */
function perplexityOf({ loss }: JobReport): number | null {
  const last = loss.findLast(({ validation }) => validation !== null)?.validation ?? null;
  return last === null ? null : Math.exp(last);
}

function lossFigure(job: JobReport, yLow: number, yHigh: number): Markup {
  const pick = (key: 'train' | 'validation') => job.loss.flatMap((p) => (p[key] === null ? [] : [{ x: p.step, y: p[key] }]));
  const drawn = (['train', 'validation'] as const)
    .map((key): Curve => ({ name: key, className: key, points: pick(key), dots: key === 'validation' }))
    .filter((c) => c.points.length > 0);
  const said = drawn
    .map((c) =>
      c.points.length === 1
        ? `${c.name} loss ${c.points[0]?.y.toFixed(3)}`
        : `${c.name} loss from ${c.points[0]?.y.toFixed(3)} to ${c.points.at(-1)?.y.toFixed(3)}`,
    )
    .join(', ');
  const steps = Math.max(...job.loss.map((p) => p.step));
  return figureOf(html`<b>${job.candidate}</b>: ${said} in ${plural(steps, 'step')}.${job.advice === null ? null : html` ${job.advice.text}`}`, [
    curves(drawn, { title: `Loss curves of ${job.candidate}: ${said}`, xName: 'step', yLow, yHigh, yText: (y) => y.toFixed(yHigh < 1 ? 2 : 1) }),
    legend(drawn.map((c) => ({ name: c.name, className: `fill-${c.name}` }))),
  ]);
}

/** All jobs share one scale; a first spike does not flatten the rest. */
function ceiling(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const most = sorted.at(-1) ?? 1;
  const usual = sorted[Math.floor(sorted.length * 0.97)] ?? most;
  return most > usual * 2 ? usual * 1.2 : most;
}
