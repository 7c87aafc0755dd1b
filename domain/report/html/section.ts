import { type Content, html, type Markup } from './markup.ts';

/** One part of the page: what the navigation calls it, and what it holds. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

export function section(id: string, title: string, lead: Content, ...body: readonly Content[]): Section {
  return {
    id,
    title,
    body: html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><p class="lead">${lead}</p>${body}</section>`,
  };
}

/** A picture with the one sentence that says how to read it. */
export const figureOf = (caption: Content, picture: Content, className = ''): Markup =>
  html`<figure class="${className}">${picture}<figcaption>${caption}</figcaption></figure>`;

/** A hash that can be recognised at a glance and read whole by whoever hovers or copies. */
export const code = (text: string): Markup => html`<code>${text}</code>`;
