import type { PartProgress, RunStatus, StageProgress } from '../../contracts/api.ts';
import { count, duration, shorten, padEnd, padStart, stringWidth } from '../console/text.ts';
import { sidesOf } from './dataset.ts';
import { progressBar, sparkline } from './bars.ts';
import type { Frame } from './frame.ts';

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧'];
const nameWidth = 12;

/** The stages in order: mark, name, time, and what each has to say; the parts of those that run as bars. */
export function stageLines(status: RunStatus, frame: Frame): string[] {
  return status.stages.flatMap((stage) => (isShown(stage) ? [stageLine(stage, status, frame), ...partLines(stage, frame)] : []));
}

/** A stage that this pipeline does not have is no news. */
const isShown = (stage: StageProgress): boolean => !(stage.status === 'skipped' && stage.parts.length === 0);

function stageLine(stage: StageProgress, status: RunStatus, frame: Frame): string {
  const { style } = frame;
  const isWaiting = stage.stage === 'approval' && stage.status === 'running';
  const paint = { pending: style.dim, running: isWaiting ? style.warn : style.strong, done: String, skipped: style.dim, failed: style.bad }[
    stage.status
  ];
  const seconds = elapsedSeconds(stage, frame.now);
  if (seconds === null) return ` ${mark(stage, isWaiting, frame)} ${paint(stage.stage)}`;
  const line = ` ${mark(stage, isWaiting, frame)} ${paint(padEnd(stage.stage, nameWidth))}${style.dim(padStart(duration(seconds), 9))}`;
  const said = summary(stage, status);
  return said === '' ? line : `${line}   ${style.dim(shorten(said, frame.width - stringWidth(line) - 4))}`;
}

function mark(stage: StageProgress, isWaiting: boolean, { style, tick }: Frame): string {
  switch (stage.status) {
    case 'done':
      return style.good('✓');
    case 'failed':
      return style.bad('✗');
    case 'running':
      return isWaiting ? style.warn('?') : style.active(spinner[tick % spinner.length] ?? '●');
    case 'skipped':
      return style.dim('–');
    case 'pending':
      return style.dim('○');
  }
}

export function elapsedSeconds(stage: StageProgress, now: number): number | null {
  if (stage.startedAt === null || stage.status === 'pending') return null;
  return Math.max(0, ((stage.endedAt === null ? now : Date.parse(stage.endedAt)) - Date.parse(stage.startedAt)) / 1000);
}

/** One phrase for a stage that has ended, or that waits. */
function summary(stage: StageProgress, status: RunStatus): string {
  const { dataset, gate, approval, deployment } = status.document;
  if (stage.status === 'failed') return status.document.error?.message ?? '';
  if (stage.status === 'running') return stage.stage === 'approval' ? 'waits for a person' : stage.parts.length === 0 ? 'starting' : '';
  if (stage.status !== 'done') return '';
  switch (stage.stage) {
    case 'dataset':
      return dataset ? sidesOf(dataset.rows) : '';
    case 'gate':
      return gate ? gate.decision : '';
    case 'approval':
      return approval ? `by ${approval.by}` : '';
    case 'deployment':
      return deployment ? deployment.endpoint : '';
    case 'training':
      return stage.parts.map((p) => p.name).join(', ');
    default:
      return stage.parts.length > 0 ? partCount(stage.parts) : '';
  }
}

const partCount = (parts: readonly PartProgress[]): string =>
  parts
    .map((p) => p.name.replace(/ \(validation\)$/, ''))
    .filter((n, i, all) => all.indexOf(n) === i)
    .join(', ');

/** Bars while a stage runs. A loss curve stays, since it is part of the story. */
function partLines(stage: StageProgress, frame: Frame): string[] {
  const isRunning = stage.status === 'running' || stage.status === 'failed';
  const shown = isRunning ? stage.parts : stage.parts.filter((p) => p.loss.length > 1);
  const width = Math.min(30, Math.max(12, ...shown.map((p) => stringWidth(p.name))));
  return shown.flatMap((part) => [...(isRunning ? barLines(part, width, frame) : []), ...lossLine(part, isRunning ? '' : part.name, width, frame)]);
}

function barLines(part: PartProgress, width: number, frame: Frame): string[] {
  const { style } = frame;
  const barWidth = Math.max(8, Math.min(28, frame.width - width - 30));
  const share = part.total > 0 ? part.done / part.total : 0;
  const figures = part.total > 0 ? `${count(part.done)}/${count(part.total)} ${part.unit}` : part.done > 0 ? `${count(part.done)} ${part.unit}` : '';
  const line = `     ${padEnd(shorten(part.name, width), width)}  ${progressBar(share, barWidth, style)} ${padStart(`${Math.floor(share * 100)}`, 3)}%  ${style.dim(figures)}`;
  if (part.detail === null || part.detail === '') return [line];
  const room = frame.width - stringWidth(line) - 4;
  if (room >= stringWidth(part.detail) && part.loss.length === 0) return [`${line}   ${style.dim(part.detail)}`];
  return [line, `     ${' '.repeat(width)}  ${style.dim(shorten(part.detail, frame.width - width - 9))}`];
}

function lossLine(part: PartProgress, name: string, width: number, frame: Frame): string[] {
  const { style } = frame;
  const losses = part.loss.flatMap((p) => (p.train === null ? [] : [p.train]));
  const first = losses[0];
  const last = losses.at(-1);
  if (losses.length < 2 || first === undefined || last === undefined) return [];
  const validation = part.loss.findLast((p) => p.validation !== null)?.validation;
  const tail = `${first.toFixed(2)} → ${last.toFixed(2)}${validation === null || validation === undefined ? '' : ` · validation ${validation.toFixed(2)}`}`;
  const room = Math.min(28, frame.width - width - 16 - tail.length);
  const drawn = style.accent(sparkline(losses, Math.max(12, room)));
  const said = style.dim(`loss ${tail}`);
  const indent = `     ${' '.repeat(width)}  `;
  const named = `     ${padEnd(shorten(name, width), width)}  ${drawn}`;
  return room >= 8 ? [`${named}  ${said}`] : [named, `${indent}${said}`];
}
