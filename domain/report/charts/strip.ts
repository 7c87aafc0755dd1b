import type { Estimate } from '../../../contracts/run.ts';
import { type Content, html, type Markup } from '../html/markup.ts';
import { mark, type Role } from './marks.ts';
import { axis, drawing, gridLines, placed, type Scale } from './svg.ts';

const height = 30;
const middle = height / 2;

export interface StripRow {
  readonly name: Content;
  readonly estimate: Estimate;
  readonly role: Role;
  readonly value: Content;
  readonly title: string;
}
export interface Reference {
  readonly at: number;
  readonly className: string;
}

/** An estimate as a mark with its interval as a line, on a scale that the rows around it share. */
export function strip(scale: Scale, { estimate, role, title }: Omit<StripRow, 'name' | 'value'>, references: readonly Reference[] = []): Markup {
  const [low, high] = [scale(estimate.low), scale(estimate.high)];
  return drawing(title, 'strip', height, [
    ...gridLines(scale, height),
    ...references.map((r) => html`<line class="${r.className}" x1="${scale(r.at)}" x2="${scale(r.at)}" y1="0" y2="${height}"/>`),
    html`<line class="interval ${role}" x1="${low}" x2="${high}" y1="${middle}" y2="${middle}"/>`,
    ...[low, high].map((x) => html`<line class="interval ${role}" x1="${x}" x2="${x}" y1="${middle - 4}" y2="${middle + 4}"/>`),
    placed(scale(estimate.value), middle, mark(role)),
  ]);
}

/** Rows of name, strip and value over one axis: the name stands above its strip where the page is narrow. */
export function stripChart(
  rows: readonly StripRow[],
  scale: Scale,
  options: { text: (value: number) => string; axisName: string; references?: readonly Reference[] },
): Markup {
  return html`<div class="strips"><div role="list">${rows.map(
    (row) =>
      html`<div class="strip-row ${row.role}" role="listitem"><div class="strip-name">${row.name}</div><div class="strip-plot">${strip(
        scale,
        row,
        options.references,
      )}</div><div class="strip-value">${row.value}</div></div>`,
  )}</div>
<div class="strip-row strip-axis"><div class="strip-name"></div><div class="strip-plot">${axis(scale, options.text, options.axisName)}</div><div class="strip-value"></div></div></div>`;
}
