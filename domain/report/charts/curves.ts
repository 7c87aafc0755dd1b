import { scaleLinear } from 'd3-scale';
import { curveLinear, line } from 'd3-shape';
import { html, type Markup } from '../html/markup.ts';
import { axis, drawing, percentScale, placed, round } from './svg.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Curve {
  readonly name: string;
  readonly className: string;
  readonly points: readonly Point[];
  readonly dots: boolean;
}

const height = 210;
const mostPoints = 400;

/** Lines over a common step axis. The lines stretch with the page; their width, the dots and all text do not. */
export function curves(
  drawn: readonly Curve[],
  options: { title: string; xName: string; yLow: number; yHigh: number; yText: (y: number) => string },
): Markup {
  const all = drawn.flatMap((c) => c.points);
  const x = percentScale(Math.min(0, ...all.map((p) => p.x)), Math.max(1, ...all.map((p) => p.x)), { nice: false });
  const y = scaleLinear()
    .domain([options.yLow, options.yHigh])
    .nice(4)
    .range([height - 4, 8]);
  const path = line<Point>()
    .x((p) => Number.parseFloat(x(p.x)) * 10)
    .y((p) => round(y(p.y)))
    .curve(curveLinear);
  const body = [
    ...y.ticks(4).map((tick) => html`<line class="grid" x1="0" x2="100%" y1="${round(y(tick))}" y2="${round(y(tick))}"/>`),
    html`<svg viewBox="0 0 1000 ${height}" width="100%" height="${height}" preserveAspectRatio="none">${drawn.map(
      (c) => html`<path class="curve ${c.className}" vector-effect="non-scaling-stroke" d="${path(thinned(c.points)) ?? ''}"/>`,
    )}</svg>`,
    ...drawn
      .filter((c) => c.dots)
      .flatMap((c) => thinned(c.points, 40).map((p) => placed(x(p.x), round(y(p.y)), html`<circle class="dot ${c.className}" r="3.5"/>`))),
  ];
  return html`<div class="plot"><svg class="axis" aria-hidden="true" width="44" height="${height}">${y
    .ticks(4)
    .map((tick) => html`<text x="38" y="${round(y(tick)) + 4}" text-anchor="end">${options.yText(tick)}</text>`)}</svg><div>${drawing(
    options.title,
    'lines',
    height,
    body,
  )}${axis(x, String, options.xName)}</div></div>`;
}

/** Every n-th point and the last: more than the page has pixels would only weigh. */
function thinned(points: readonly Point[], most = mostPoints): readonly Point[] {
  const every = Math.ceil(points.length / most);
  return points.filter((_, i) => i % every === 0 || i === points.length - 1);
}
