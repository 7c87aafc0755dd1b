/** Text in cells of a terminal: widths count what is seen, not bytes or escape codes. */
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - stringWidth(text)));
export const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - stringWidth(text))) + text;

/** At most `width` cells; what is cut off is marked. Plain text only. */
export function shorten(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Wrapped at words to `width`, each line after the first indented by `indent`. */
export function wrap(text: string, width: number, indent = 0): string[] {
  const lines = wrapAnsi(text, Math.max(20, width), { hard: true }).split('\n');
  return lines.map((line, i) => (i === 0 ? line : ' '.repeat(indent) + line));
}

/** `0.4 s`, `12 s`, `2 m 04 s`, `3 h 12 m`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} m`;
}

/** `1,234`, the same on every machine. */
export const count = (n: number): string => n.toLocaleString('en-US');

/** `1 row`, `2 rows`. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

export { stringWidth };
