import Table from 'cli-table3';
import type { Style } from './style.ts';

const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Columns without rules: a dim head, and one line per row. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], style: Style): string[] {
  const drawn = new Table({ chars: bare, style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true } });
  drawn.push(
    head.map((h) => style.dim(h)),
    ...rows.map((row) => [...row]),
  );
  return drawn
    .toString()
    .split('\n')
    .map((line) => ` ${line.trimEnd()}`);
}
