import type { DatasetDocument, DroppedCounts, Finding, RowCounts } from '../../contracts/run.ts';
import type { Style } from '../console/style.ts';
import { count, stringWidth } from '../console/text.ts';
import { type Frame, heading, type Section } from './frame.ts';

const words: Readonly<Record<keyof DroppedCounts, string>> = {
  duplicate: 'duplicate',
  nearDuplicate: 'near-duplicate',
  leak: 'leaked',
  invalid: 'invalid',
  pii: 'private',
};

/** The funnel: rows read, what was dropped and why, what is left. */
export const datasetLines: Section = ({ document: { dataset } }, frame) => (dataset ? funnelLines(dataset, frame) : []);

export function funnelLines(dataset: DatasetDocument, frame: Frame): string[] {
  const { style } = frame;
  const { train, validation, test, fresh = 0 } = dataset.rows;
  const keptRows = train + validation + test + fresh;
  const drops = (Object.keys(words) as (keyof DroppedCounts)[])
    .filter((kind) => dataset.dropped[kind] > 0)
    .map((kind) => ({ n: dataset.dropped[kind], word: words[kind] }));
  const dropped = drops.reduce((sum, d) => sum + d.n, 0);
  const parts = [
    `${style.strong(count(keptRows + dropped))} read`,
    ...drops.map((d) => `${style.warn(`−${count(d.n)}`)} ${d.word}`),
    `${style.good(count(keptRows))} kept`,
  ];
  const notes = [
    dataset.redacted > 0 ? `${count(dataset.redacted)} with private data redacted` : '',
    dataset.synthetic > 0 ? `${count(dataset.synthetic)} synthetic added` : '',
  ].filter(Boolean);
  return [heading('Data', sidesOf(dataset.rows), frame), ...flow(parts, '  →  ', frame.width), ...notes.map((n) => `   ${style.dim(n)}`)];
}

/** `408 train · 72 validation · 200 test`, and what was held out beside a champion. */
export const sidesOf = ({ train, validation, test, fresh }: RowCounts): string =>
  `${count(train)} train · ${count(validation)} validation · ${count(test)} test${fresh ? ` · ${count(fresh)} fresh` : ''}`;

/** Joins phrases into as few lines as fit. */
function flow(parts: readonly string[], joint: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && stringWidth(last + joint + part) <= width - 2) lines[lines.length - 1] = last + joint + part;
    else lines.push(`   ${lines.length > 0 ? joint.trimStart() : ''}${part}`);
  }
  return lines;
}

export function findingLine({ kind, file, line, field, other, action, message }: Finding, style: Style): string {
  const paint = action === 'dropped' ? style.warn : action === 'redacted' ? style.active : style.dim;
  const twin = other ? style.dim(` (like ${other.file}:${other.line})`) : '';
  return `   ${style.strong(`${file}:${line}`)}${field ? style.dim(` ${field}`) : ''}  ${paint(`${action} ${kind}`)}  ${message}${twin}`;
}
