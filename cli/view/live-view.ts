/** Draws a run while it goes: redrawn in place on a terminal, a line per change elsewhere. */
import type { WriteStream } from 'node:tty';
import { createLogUpdate } from 'log-update';
import type { RunStatus } from '../../contracts/api.ts';
import { type Style, styleOf } from '../console/style.ts';
import { changeLines } from './changes.ts';
import type { Frame } from './frame.ts';
import { runLines, viewWidth } from './run-view.ts';

const redrawMs = 125;

export interface LiveView {
  show(status: RunStatus): void;
  /** Leaves the last picture standing and stops drawing, so that others may write. */
  rest(): void;
}

export interface LiveViewOptions {
  readonly program: string;
  readonly style?: Style;
}

/** @example const view = liveView(process.stdout, { program: 'npx tunegate' }); */
export function liveView(stream: NodeJS.WriteStream, options: LiveViewOptions): LiveView {
  const style = options.style ?? styleOf(stream);
  return stream.isTTY && process.env.TERM !== 'dumb' ? redrawn(stream, options.program, style) : byLine(stream, options.program, style);
}

function byLine(stream: NodeJS.WritableStream, program: string, style: Style): LiveView {
  let before: RunStatus | null = null;
  return {
    show: (status) => {
      const lines = changeLines(before, status, { width: 100, now: Date.now(), tick: 0, style, program });
      before = status;
      if (lines.length > 0) stream.write(`${lines.join('\n')}\n`);
    },
    rest: () => {},
  };
}

function redrawn(stream: WriteStream, program: string, style: Style): LiveView {
  const update = createLogUpdate(stream, { showCursor: false });
  let status: RunStatus | null = null;
  let tick = 0;
  let timer: NodeJS.Timeout | null = null;
  const frame = (): Frame => ({ width: viewWidth(stream.columns), now: Date.now(), tick: tick++, style, program });
  const draw = (): void => {
    if (status) update(clip(runLines(status, frame()), stream.rows ?? 50).join('\n'));
  };
  const rest = (): void => {
    if (!timer) return;
    clearInterval(timer);
    timer = null;
    process.removeListener('exit', rest);
    // The last picture is drawn whole: from here on the terminal scrolls.
    if (status) update.clear();
    update.done();
    if (status) stream.write(`${runLines(status, frame()).join('\n')}\n`);
    status = null;
  };
  return {
    show: (next) => {
      status = next;
      if (!timer) {
        timer = setInterval(draw, redrawMs);
        process.once('exit', rest);
        draw();
      }
    },
    rest,
  };
}

/** What is redrawn must not be taller than the screen. What runs now stands at the bottom, so the top goes. */
function clip(lines: readonly string[], rows: number): readonly string[] {
  const most = Math.max(8, rows - 1);
  return lines.length <= most ? lines : [`   … ${lines.length - most + 1} lines above`, ...lines.slice(lines.length - most + 1)];
}
