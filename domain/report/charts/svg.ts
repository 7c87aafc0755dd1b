/**
 * Drawing without a browser. A plot is as wide as the page gives it: positions are percentages of that width while text and marks keep their size,
 * so the same picture is legible at 400 pixels, on a wide screen and on paper. Colours are classes of the style sheet.
 */
import { scaleLinear } from 'd3-scale';
import { html, type Markup } from '../html/markup.ts';

export interface Scale {
  (value: number): string;
  readonly ticks: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** From data to `0%` … `100%`, with round ends where `nice` and about `count` round ticks. */
export function percentScale(low: number, high: number, options: { nice?: boolean; count?: number } = {}): Scale {
  const { nice = true, count = 5 } = options;
  const linear = scaleLinear()
    .domain(high > low ? [low, high] : [low - 0.5, high + 0.5])
    .range([0, 100])
    .clamp(true);
  if (nice) linear.nice(count);
  const [from = low, to = high] = linear.domain();
  return Object.assign((value: number) => `${round(linear(value))}%`, { ticks: linear.ticks(count), low: from, high: to });
}

export const round = (n: number): number => Math.round(n * 100) / 100;

/** @param title what the picture says, in words: its text alternative, and what shows when pointed at */
export const drawing = (title: string, className: string, height: number, body: readonly Markup[]): Markup =>
  html`<svg class="${className}" role="img" width="100%" height="${height}"><title>${title}</title>${body}</svg>`;

/** A mark of constant size at a place that is a percentage. */
export const placed = (x: string, y: number, body: Markup): Markup =>
  html`<svg x="${x}" y="${y}" width="1" height="1" overflow="visible">${body}</svg>`;

export const gridLines = (scale: Scale, height: number): Markup[] =>
  scale.ticks.map((tick) => html`<line class="grid" x1="${scale(tick)}" x2="${scale(tick)}" y1="0" y2="${height}"/>`);

/** The numbers under a plot. */
export const axis = (scale: Scale, text: (value: number) => string, name: string): Markup =>
  html`<svg class="axis" aria-hidden="true" width="100%" height="${name ? 34 : 18}">${scale.ticks.map((tick) => html`<text x="${scale(tick)}" y="12" text-anchor="middle">${text(tick)}</text>`)}${
    name ? html`<text class="axis-name" x="50%" y="30" text-anchor="middle">${name}</text>` : null
  }</svg>`;
