/** HTML as a value that is safe by construction: whatever is put into a template is escaped unless it is markup itself. */

export interface Markup {
  readonly html: string;
}
export type Content = Markup | string | number | null | false | undefined | readonly Content[];

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** For text and quoted attributes. Control characters that HTML forbids become the replacement character. */
export const escapeHtml = (text: string): string =>
  text
    .replace(/[&<>"']/g, (c) => entities[c] ?? c)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: HTML allows none of them
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/g, '\ufffd');

/** @example html`<td>${row.input}</td>` */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return { html: strings.reduce((text, part, i) => text + part + (i < values.length ? render(values[i]) : ''), '') };
}

function render(value: Content): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  if (isMarkup(value)) return value.html;
  return value.map(render).join('');
}

const isMarkup = (value: Markup | readonly Content[]): value is Markup => 'html' in value;

/** Markup that is written in this folder, never text from a run. */
export const trusted = (text: string): Markup => ({ html: text });
