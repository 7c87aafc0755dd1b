/** Small drawings of one line. Pure: numbers in, characters out. */
import type { Estimate } from '../../contracts/run.ts';
import type { Style } from '../console/style.ts';

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const steps = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A progress bar of `width` cells, exact to an eighth of a cell. `share` is clamped to [0, 1]. */
export function progressBar(share: number, width: number, style: Style): string {
  const filled = Math.round(Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * width * 8);
  const full = Math.floor(filled / 8);
  const part = full < width ? (eighths[filled % 8] ?? '') : '';
  return style.active('█'.repeat(full) + part) + style.dim('░'.repeat(width - full - part.length));
}

/** A falling loss as a line of blocks, scaled to its own range; longer series are averaged into `width` buckets. */
export function sparkline(values: readonly number[], width: number): string {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return '';
  const points =
    finite.length <= width
      ? finite
      : Array.from({ length: width }, (_, i) => {
          const bucket = finite.slice(
            Math.floor((i * finite.length) / width),
            Math.max(Math.floor((i * finite.length) / width) + 1, Math.floor(((i + 1) * finite.length) / width)),
          );
          return bucket.reduce((a, b) => a + b, 0) / bucket.length;
        });
  const low = Math.min(...points);
  const range = Math.max(...points) - low;
  return points.map((v) => steps[range === 0 ? 0 : Math.round(((v - low) / range) * (steps.length - 1))]).join('');
}

export interface Axis {
  readonly low: number;
  readonly high: number;
}

/** The span of some intervals, widened to whole tenths, within [0, 1] where all of them are. */
export function axisOf(estimates: readonly Estimate[]): Axis {
  const low = Math.min(...estimates.map((e) => e.low));
  const high = Math.max(...estimates.map((e) => e.high));
  const axis = { low: Math.floor(low * 10 + 1e-9) / 10, high: Math.ceil(high * 10 - 1e-9) / 10 };
  return axis.high > axis.low ? axis : { low: axis.low, high: axis.low + 0.1 };
}

/** An interval on an axis: `····╺━━●━╸···`. `zero` marks a reference, where it lies on the axis. */
export function intervalBar(
  { value, low, high }: Estimate,
  axis: Axis,
  width: number,
  style: Style,
  options: { zero?: number; colour?: (s: string) => string } = {},
): string {
  const cell = (x: number) => Math.min(width - 1, Math.max(0, Math.round(((x - axis.low) / (axis.high - axis.low)) * (width - 1))));
  const [from, at, to] = [cell(low), cell(value), cell(high)];
  const zero = options.zero !== undefined && options.zero >= axis.low && options.zero <= axis.high ? cell(options.zero) : -1;
  const colour = options.colour ?? style.active;
  return Array.from({ length: width }, (_, i) => {
    if (i === at) return colour('●');
    if (i === zero) return style.strong('│');
    if (i < from || i > to) return style.dim('·');
    return colour(i === from ? '╺' : i === to ? '╸' : '━');
  }).join('');
}
