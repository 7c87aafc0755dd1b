import { symbol, symbolCircle, symbolDiamond, symbolSquare } from 'd3-shape';
import { html, type Markup } from '../html/markup.ts';

/** Who an arm is in the decision. Each has a shape and a colour, so that neither has to be told apart alone. */
export type Role = 'candidate' | 'champion' | 'best-untuned' | 'other';
export const roleNames: Readonly<Record<Role, string>> = {
  candidate: 'candidate',
  champion: 'champion',
  'best-untuned': 'best untuned',
  other: 'other arm',
};

const shapes = { candidate: symbolCircle, champion: symbolDiamond, 'best-untuned': symbolSquare, other: symbolCircle } as const;
const areas: Readonly<Record<Role, number>> = { candidate: 110, champion: 110, 'best-untuned': 95, other: 60 };

export const mark = (role: Role): Markup => html`<path class="mark ${role}" d="${symbol(shapes[role], areas[role])() ?? ''}"/>`;

/** The mark by itself, for legends and tables. */
export const glyph = (role: Role): Markup =>
  html`<svg class="glyph" aria-hidden="true" width="14" height="14" viewBox="-7 -7 14 14">${mark(role)}</svg>`;
