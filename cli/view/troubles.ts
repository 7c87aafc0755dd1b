import { shorten } from '../console/text.ts';
import type { Section } from './frame.ts';

/** What keeps a run from going on, and what to do: it goes on by itself once that is mended. */
export const troubleLines: Section = ({ troubles = [] }, { style, width }) =>
  troubles.flatMap(({ step, message, where, remedy }) => [
    ` ${style.warn('!')} ${style.warn(shorten(`${step} is tried again: ${message}${where === null ? '' : ` (${where})`}`, width - 4))}`,
    ...(remedy === null ? [] : [`   ${style.dim(shorten(remedy, width - 4))}`]),
  ]);
