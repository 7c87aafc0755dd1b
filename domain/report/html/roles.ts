import type { Estimate } from '../../../contracts/run.ts';
import { glyph, roleNames, type Role } from '../charts/marks.ts';
import type { ReportData } from '../report-data.ts';
import { figure, range } from '../wording.ts';
import { html, type Markup } from './markup.ts';

/** How an arm is drawn: the first role that it has. */
export function roleOf({ roles }: ReportData, arm: string): Role {
  if (arm === roles.candidate) return 'candidate';
  if (arm === roles.champion) return 'champion';
  return arm === roles.bestUntuned ? 'best-untuned' : 'other';
}

/** An arm's name with everything that it is in this decision. */
export function armName(data: ReportData, arm: string): Markup {
  const { roles, deployment } = data;
  const badges = [
    arm === roles.candidate && roleNames.candidate,
    arm === roles.champion && roleNames.champion,
    arm === roles.bestUntuned && roleNames['best-untuned'],
    arm === deployment?.arm ? 'deployed' : arm === roles.offered && 'offered',
  ].filter((b) => b !== false && b !== arm);
  return html`<span class="arm">${glyph(roleOf(data, arm))}<span class="arm-name">${arm}</span></span>${badges.map((b) => html` <span class="badge">${b}</span>`)}`;
}

export const estimate = (metric: string, value: Estimate | undefined): Markup | string =>
  value ? html`<b>${figure(metric, value.value)}</b> <span class="range">${range(metric, value)}</span>` : '–';
