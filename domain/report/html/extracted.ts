import { canonicalJson } from '../../hash.ts';
import type { MistakenRow } from '../report-data.ts';
import { clip } from '../wording.ts';
import { html, type Markup } from './markup.ts';

const mostFields = 12;
const valueLength = 60;

type Fields = Readonly<Record<string, unknown>>;

/** What was expected and what each arm said, field under field, with a sign at each that is wrong; null where that is no flat table. */
export function extracted({ row, expected, said }: MistakenRow): Markup | null {
  const right = objectIn(expected);
  const arms = said.map(({ arm, answer }) => ({ arm, answer, fields: objectIn(answer) }));
  const names = [...new Set([right, ...arms.map((a) => a.fields)].flatMap((fields) => Object.keys(fields ?? {})))];
  if (right === null || names.length > mostFields) return null;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Fields of ${row}"><table class="rows compact">
<thead><tr><th scope="col"><span class="hidden">Arm</span></th>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody><tr><th scope="row">expected</th>${names.map((name) => html`<td><b>${shown(right[name])}</b></td>`)}</tr>
${arms.map(
  ({ arm, answer, fields }) =>
    html`<tr><th scope="row">${arm}</th>${fields === null ? html`<td colspan="${names.length}">${unreadable(answer)}</td>` : names.map((name) => html`<td>${cell(right[name], fields[name])}</td>`)}</tr>
`,
)}</tbody></table></div>`;
}

const unreadable = (answer: string | null): Markup =>
  html`<i class="wrong">unusable</i>${answer === null ? null : html` ${clip(answer, valueLength)}`}`;

function cell(expected: unknown, given: unknown): Markup {
  if (textOf(expected) === textOf(given)) return html`${shown(given)}`;
  return html`<span class="wrong"><span aria-hidden="true">✗ </span><span class="hidden">wrong: </span>${shown(given)}</span>`;
}

const shown = (value: unknown): string => clip(typeof value === 'string' ? value : textOf(value), valueLength) || '–';
const textOf = (value: unknown): string => (value === undefined || value === null ? '' : canonicalJson(value));

function objectIn(text: string | null): Fields | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}
