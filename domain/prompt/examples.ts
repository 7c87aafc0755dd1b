import type { Row } from '../../contracts/rows.ts';
import { shareOf } from '../training/share-of.ts';
import { sha256 } from '../hash.ts';

/**
 * Few-shot examples from training rows: one of each label in turn, short ones first, in an order fixed by their content,
 * so that the same dataset always gives the same prompt.
 */
export function chooseExamples(train: readonly Row[], count: number): { input: string; output: string }[] {
  const byLabel = new Map<string, Row[]>();
  for (const row of train) byLabel.set(row.output, [...(byLabel.get(row.output) ?? []), row]);
  const shelves = [...byLabel.entries()]
    .sort(([a], [b]) => (sha256(a) < sha256(b) ? -1 : 1))
    .map(([, rows]) => rows.sort((a, b) => a.input.length - b.input.length || (a.input < b.input ? -1 : 1)).slice(Math.floor(rows.length / 4)));
  const chosen: Row[] = [];
  for (let round = 0; chosen.length < count && shelves.some((s) => s.length > round); round += 1) {
    for (const shelf of shelves) if (shelf[round] && chosen.length < count) chosen.push(shelf[round] as Row);
  }
  return chosen.map(({ input, output }) => ({ input, output }));
}

/** Few-shot examples drawn whatever their label and length; the same dataset always gives the same ones. */
export function randomExamples(train: readonly Row[], count: number): readonly Row[] {
  return shareOf(train, Math.min(1, count / Math.max(1, train.length)));
}
