import type { ReportData } from '../report-data.ts';
import { html, type Markup, trusted } from './markup.ts';
import type { Section } from './section.ts';
import { armsSection } from './sections/arms.ts';
import { calibrationSection } from './sections/calibration.ts';
import { changesSection } from './sections/changes.ts';
import { confusionSection } from './sections/confusion.ts';
import { dataSection } from './sections/data.ts';
import { fieldsSection } from './sections/fields.ts';
import { gateSection } from './sections/gate.ts';
import { judgeSection } from './sections/judge.ts';
import { lineageSection } from './sections/lineage.ts';
import { mistakesSection } from './sections/mistakes.ts';
import { opening } from './sections/opening.ts';
import { slicesSection } from './sections/slices.ts';
import { timeSection } from './sections/time.ts';
import { trainingSection } from './sections/training.ts';
import { trialsSection } from './sections/trials.ts';
import { style } from './style.ts';

/** In the order in which a reader asks: what, why, compared with what, at whose cost, on what, how, for how much, says who. */
const sections = [
  gateSection,
  armsSection,
  changesSection,
  confusionSection,
  fieldsSection,
  slicesSection,
  calibrationSection,
  judgeSection,
  mistakesSection,
  dataSection,
  trialsSection,
  trainingSection,
  timeSection,
  lineageSection,
] as const;

/**
 * The whole report as one HTML file: no script, no font, no address that is fetched. Parts that the run does not have are left out.
 *
 * @example await writeFile('report.html', renderHtml(data));
 */
export function renderHtml(data: ReportData): string {
  const shown = sections.flatMap((make): Section[] => {
    const made = make(data);
    return made ? [made] : [];
  });
  return page(data, shown).html;
}

const page = (data: ReportData, shown: readonly Section[]): Markup => html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${data.headline}">
<title>${data.name}: ${data.outcome ?? data.state} · Tunegate report</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#decision">Skip to the decision</a>
<div class="sheet">
<nav aria-label="Parts of this report"><ul><li><a href="#decision">The decision</a></li>${shown.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>${opening(data)}${shown.map((s) => s.body)}</main>
</div>
</body>
</html>
`;
