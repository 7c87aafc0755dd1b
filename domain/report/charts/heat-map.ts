import { html, type Markup } from '../html/markup.ts';
import { clip } from '../wording.ts';
import { round } from './svg.ts';

const nameWidth = 150;
const nameLength = 22;

/**
 * Who was taken for whom: a line per expected label, a column per answer, each cell shaded by its share of the line.
 * Blue on the diagonal is right, orange elsewhere is wrong, so that a mistake is seen without reading a number.
 */
export function heatMap(title: string, labels: readonly string[], counts: readonly (readonly number[])[]): Markup {
  const hasOutside = counts.some((line) => (line[labels.length] ?? 0) > 0);
  const columns = hasOutside ? [...labels, 'no label'] : labels;
  const cell = labels.length <= 20 ? 34 : labels.length <= 40 ? 22 : 12;
  const isWritten = cell > 20;
  const top = 118;
  const [width, height] = [nameWidth + columns.length * cell + 70, top + labels.length * cell + 2];
  const font = Math.min(12, cell - 2);
  const cells = counts.flatMap((line, i) => {
    const support = line.reduce((a, b) => a + b, 0);
    return columns.flatMap((name, j) => {
      const count = line[j] ?? 0;
      if (count === 0) return [];
      const shade = round(0.12 + 0.88 * (count / support) ** 0.8);
      const [x, y] = [nameWidth + j * cell, top + i * cell];
      return [
        html`<g><title>${labels[i]} answered as ${name}: ${count} of ${support}</title><rect class="${i === j ? 'right' : 'wrong'}" x="${x + 0.5}" y="${y + 0.5}" width="${cell - 1}" height="${cell - 1}" rx="2" fill-opacity="${shade}"/>${
          isWritten
            ? html`<text class="${shade > 0.55 ? 'on-strong' : ''}" x="${x + cell / 2}" y="${y + cell / 2 + 4}" text-anchor="middle" font-size="${cell > 30 ? 12 : 9}">${count}</text>`
            : null
        }</g>`,
      ];
    });
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><svg class="heat" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><title>${title}</title>
<text class="axis-name" x="${nameWidth - 10}" y="${top - 8}" text-anchor="end">expected ↓</text>${labels.map(
    (name, i) =>
      html`<text x="${nameWidth - 8}" y="${top + i * cell + cell / 2 + font / 3}" text-anchor="end" font-size="${font}">${clip(name, nameLength)}</text>`,
  )}${columns.map(
    (name, j) =>
      html`<text transform="translate(${nameWidth + j * cell + cell / 2 + font / 3} ${top - 8}) rotate(-55)" font-size="${font}">${clip(name, nameLength - 2)}</text>`,
  )}${labels.map(
    (_, i) =>
      html`<rect class="track" x="${nameWidth + 0.5}" y="${top + i * cell + 0.5}" width="${columns.length * cell - 1}" height="${cell - 1}" rx="2"/>`,
  )}${cells}</svg></div>`;
}
