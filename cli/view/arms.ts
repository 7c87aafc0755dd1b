import type { ArmDocument, Estimate } from '../../contracts/run.ts';
import type { RunStatus } from '../../contracts/api.ts';
import { shorten, padEnd, padStart, stringWidth } from '../console/text.ts';
import { axisOf, intervalBar } from './bars.ts';
import { type Frame, heading } from './frame.ts';

const preferred = ['accuracy', 'f1_macro', 'field_f1', 'judge', 'similarity', 'token_f1', 'rouge_l', 'exact_match', 'valid'];
const figureWidth = 5;
const rangeWidth = 14;

/** The two metrics that say most about a task, as far as the arms have them. */
export function shownMetrics(arms: readonly ArmDocument[]): string[] {
  const known = [...new Set(arms.flatMap((a) => Object.keys(a.metrics)))];
  return [...preferred.filter((m) => known.includes(m)), ...known.filter((m) => !preferred.includes(m))].slice(0, 2);
}

/** Arms side by side: value, interval drawn on one axis per metric, answers that could not be read, and latency. The best stands out. */
export function armLines(status: RunStatus, frame: Frame): string[] {
  const arms = status.document.arms.filter((a) => a.n > 0);
  const metrics = shownMetrics(arms);
  if (arms.length === 0 || metrics.length === 0) return [];
  const lead = metrics.includes('f1_macro') ? 'f1_macro' : (metrics[0] as string);
  const best = arms.toSorted((a, b) => (b.metrics[lead]?.value ?? -1) - (a.metrics[lead]?.value ?? -1))[0];
  const layout = layoutFor(arms, metrics, frame);
  const rows = arms.map((arm) => armLine(arm, arm === best, layout, frame));
  const n = [...new Set(arms.map((a) => a.n))].map(String).join('–');
  return [heading('Arms', `${n} test rows, 95 % intervals`, frame), headLine(layout, frame), ...rows, axisLine(layout, frame)];
}

interface Column {
  readonly metric: string;
  readonly axis: { low: number; high: number };
  readonly bar: number;
  readonly hasRange: boolean;
}
interface Layout {
  readonly name: number;
  readonly columns: readonly Column[];
  readonly showLatency: boolean;
  readonly showUnread: boolean;
}

/** What does not fit is left out in the order of its worth: ranges in figures, latency, the second bar. */
function layoutFor(arms: readonly ArmDocument[], metrics: readonly string[], frame: Frame): Layout {
  const name = Math.min(frame.width < 76 ? 18 : 26, Math.max(8, ...arms.map((a) => stringWidth(a.name))));
  const showLatency = frame.width >= 72;
  const showUnread = arms.some((a) => a.unparseable > 0);
  const hasRange = frame.width >= 118;
  const fixed = 3 + name + metrics.length * (figureWidth + 4 + (hasRange ? rangeWidth + 1 : 0)) + (showLatency ? 9 : 0) + (showUnread ? 9 : 0);
  const each = Math.floor((frame.width - fixed - 2) / metrics.length);
  const bar = Math.min(24, each);
  return {
    name,
    showLatency,
    showUnread,
    columns: metrics.map((metric, i) => ({
      metric,
      axis: axisOf(arms.flatMap((a) => a.metrics[metric] ?? [])),
      hasRange,
      bar: bar >= 8 ? bar : i === metrics.length - 1 ? Math.max(0, Math.min(24, each * metrics.length)) : 0,
    })),
  };
}

const range = ({ low, high }: Estimate): string => `${low.toFixed(3)}–${high.toFixed(3)}`;
const columnWidth = (c: Column): number => figureWidth + (c.hasRange ? rangeWidth + 1 : 0) + (c.bar > 0 ? c.bar + 1 : 0);

function headLine({ name, columns, showLatency, showUnread }: Layout, { style }: Frame): string {
  const metrics = columns.map((c) => `   ${padEnd(shorten(c.metric, Math.max(columnWidth(c), 8)), columnWidth(c))}`).join('');
  return style.dim(`   ${padEnd('', name)}${metrics}${showUnread ? padStart('unread', 9) : ''}${showLatency ? padStart('p50', 9) : ''}`);
}

function armLine(arm: ArmDocument, isBest: boolean, { name, columns, showLatency, showUnread }: Layout, frame: Frame): string {
  const { style } = frame;
  const paint = isBest ? style.good : arm.kind === 'untuned' ? style.active : style.accent;
  const cells = columns.map((c) => {
    const estimate = arm.metrics[c.metric];
    if (!estimate) return `   ${padEnd(style.dim('–'), columnWidth(c))}`;
    const value = padStart(estimate.value.toFixed(3), figureWidth);
    const figures = (isBest ? style.strong(value) : value) + (c.hasRange ? ` ${style.dim(padEnd(range(estimate), rangeWidth))}` : '');
    return `   ${figures}${c.bar > 0 ? ` ${intervalBar(estimate, c.axis, c.bar, style, { colour: paint })}` : ''}`;
  });
  const unread = showUnread ? padStart(arm.unparseable > 0 ? style.warn(String(arm.unparseable)) : style.dim('0'), 9) : '';
  const latency = showLatency ? padStart(style.dim(milliseconds(arm.latencyMs.p50)), 9) : '';
  const label = padEnd(shorten(arm.name, name), name);
  return ` ${isBest ? style.good('▸') : ' '} ${isBest ? style.strong(label) : label}${cells.join('')}${unread}${latency}`;
}

function axisLine({ name, columns }: Layout, { style }: Frame): string {
  const marks = columns.map((c) => {
    if (c.bar === 0) return `   ${padEnd('', columnWidth(c))}`;
    const [low, high] = [c.axis.low.toFixed(1), c.axis.high.toFixed(1)];
    return `   ${padEnd('', columnWidth(c) - c.bar)}${padEnd(low, c.bar - high.length)}${high}`;
  });
  return style.dim(`   ${padEnd('', name)}${marks.join('')}`).trimEnd();
}

const milliseconds = (ms: number): string =>
  ms <= 0 ? '–' : ms < 10 ? `${ms.toFixed(1)} ms` : ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
