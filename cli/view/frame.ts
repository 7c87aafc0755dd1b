import type { RunStatus } from '../../contracts/api.ts';
import type { Style } from '../console/style.ts';

/** What every part of the view is drawn with. `now` is given, so that a picture is a pure function of its input. */
export interface Frame {
  readonly width: number;
  readonly now: number;
  readonly style: Style;
  /** Counts up with each redraw; turns the mark of what runs. */
  readonly tick: number;
  /** How people here call the program, e.g. `npx tunegate`. */
  readonly program: string;
}

export type Section = (status: RunStatus, frame: Frame) => string[];

/** A heading with a rule to the right edge. */
export function heading(title: string, note: string, { width, style }: Frame): string {
  const rule = '─'.repeat(Math.max(2, width - 4 - title.length - (note ? note.length + 2 : 0)));
  return ` ${style.title(title)} ${style.dim(rule)}${note ? ` ${style.dim(note)}` : ''}`;
}

/** A run as people type it: what every id begins with may be left out. */
export const shortRun = (run: string): string => run.replace(/^fine-tune\//, '');
