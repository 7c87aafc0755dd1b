import { clip } from '../wording.ts';
import { html, type Markup } from './markup.ts';

const length = 300;

/** What an arm said. A sign, not only a colour, tells right from wrong; `null` is neither. */
export function answer(text: string | null, isRight: boolean | null): Markup {
  const shown = text === null ? html`<i>unusable</i>` : html`${clip(text, length)}`;
  if (isRight === null) return shown;
  return isRight
    ? html`<span class="right"><span aria-hidden="true">✓ </span><span class="hidden">right: </span>${shown}</span>`
    : html`<span class="wrong"><span aria-hidden="true">✗ </span><span class="hidden">wrong: </span>${shown}</span>`;
}
