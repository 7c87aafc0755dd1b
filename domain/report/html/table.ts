import { type Content, html, type Markup } from './markup.ts';

export interface Column<T> {
  readonly head: Content;
  readonly cell: (row: T) => Content;
  /** `number` aligns right in figures of one width; `text` wraps; `chart` takes the room that is left. */
  readonly kind?: 'number' | 'text' | 'chart' | undefined;
}

/** A table that scrolls inside itself on a narrow screen. The first column names the row. */
export function table<T>(
  caption: string,
  columns: readonly Column<T>[],
  rows: readonly T[],
  options: { className?: string; rowClass?: (row: T) => string } = {},
): Markup {
  const [first, ...others] = columns;
  if (!first) return html``;
  const cls = (column: Column<T>) => column.kind ?? 'plain';
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="${options.className ?? ''}">
<caption>${caption}</caption>
<thead><tr>${columns.map((c) => html`<th scope="col" class="${cls(c)}">${c.head}</th>`)}</tr></thead>
<tbody>${rows.map(
    (
      row,
    ) => html`<tr class="${options.rowClass?.(row) ?? ''}"><th scope="row" class="${cls(first)}">${first.cell(row)}</th>${others.map((c) => html`<td class="${cls(c)}">${c.cell(row)}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}
