import { html, type Markup } from '../html/markup.ts';
import { count } from '../wording.ts';
import { drawing, round } from './svg.ts';

export interface Segment {
  readonly name: string;
  readonly value: number;
  readonly className: string;
}

const percentOf = (part: number, whole: number): number => (whole === 0 ? 0 : round((part / whole) * 100));

/** One bar of several parts. Parts of nothing are left out. */
export function stackedBar(segments: readonly Segment[], options: { whole: number; height: number; title: string; from?: number }): Markup {
  const { whole, height, title } = options;
  let at = options.from ?? 0;
  const parts = segments
    .filter((s) => s.value > 0)
    .map((s) => {
      const x = at;
      at += s.value;
      return html`<rect class="${s.className}" x="${percentOf(x, whole)}%" y="0" width="${percentOf(s.value, whole)}%" height="${height}"><title>${s.name}: ${count(round(s.value))}</title></rect>`;
    });
  return drawing(title, 'bar', height, parts);
}

export const legend = (entries: readonly { readonly name: string; readonly className: string; readonly text?: string }[]): Markup =>
  html`<ul class="legend">${entries.map((e) => html`<li><svg aria-hidden="true" width="12" height="12"><rect class="${e.className}" width="12" height="12" rx="2"/></svg>${e.name}${e.text ? html` <b>${e.text}</b>` : null}</li>`)}</ul>`;

export interface BarRow {
  readonly name: string;
  readonly from: number;
  readonly segments: readonly Segment[];
  readonly value: string;
  readonly title: string;
  readonly className?: string;
}

/** Bars over one scale, each where it begins: what falls away between two of them is seen as a gap. */
export const barRows = (rows: readonly BarRow[], whole: number): Markup =>
  html`<div class="bars" role="list">${rows.map(
    (row) =>
      html`<div class="bar-row ${row.className ?? ''}" role="listitem"><div class="bar-name">${row.name}</div>${stackedBar(row.segments, {
        whole,
        height: 18,
        title: row.title,
        from: row.from,
      })}<div class="bar-value">${row.value}</div></div>`,
  )}</div>`;
