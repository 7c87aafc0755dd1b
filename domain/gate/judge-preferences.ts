import { meanScores } from '../evaluation/sums-bootstrap.ts';
import type { GateInput, GateTarget, PreferenceEvidence } from './gate-input.ts';
import { pairedSumsBootstrap } from './paired-bootstrap.ts';
import type { TestRow } from './test-rows.ts';

/** Half as many verdicts as there are pairs: a judge that turns over more often goes by the order, not by the answers. */
const mostFlips = 0.5;

/** How often the judge prefers the candidate to a target; null where it was not asked. Rows that it did not see are ties. */
export function judgePreferences(input: GateInput, target: GateTarget, rows: readonly TestRow[], level: number): PreferenceEvidence | null {
  if (target.preferences === undefined) return null;
  const known = new Map(target.preferences.map((preference) => [preference.row, preference]));
  const verdicts = rows.map(({ id }) => known.get(id)?.verdict ?? 0);
  const count = (verdict: number) => verdicts.filter((v) => v === verdict).length;
  const resamples = input.resamples ?? 2000;
  const { difference, low, high, p } = pairedSumsBootstrap(
    meanScores(verdicts.map((v) => (1 + v) / 2)),
    meanScores(verdicts.map((v) => (1 - v) / 2)),
    rows.map((row) => row.group),
    { confidence: level, seed: input.seed, resamples, randomizations: resamples },
  );
  return {
    against: target.name,
    n: rows.length,
    wins: count(1),
    losses: count(-1),
    ties: count(0),
    flipped: target.preferences.filter(({ flipped }) => flipped).length,
    unreadable: target.preferences.filter(({ unreadable }) => unreadable).length,
    difference: { value: difference, low, high, p },
  };
}

/** Whether the judge goes by the order of the answers. */
export const goesByOrder = ({ wins, losses, flipped }: PreferenceEvidence): boolean => flipped > mostFlips * (wins + losses + flipped);
