import { aliasTable, drawAlias } from '../../domain/evaluation/alias.ts';
import { seededRandom } from '../../domain/evaluation/random.ts';
import { pairedBootstrap, type PairedRow } from '../../domain/gate/paired-bootstrap.ts';
import type { SimulationSize } from './simulations.ts';

interface Outcome {
  readonly expected: number;
  readonly a: number;
  readonly b: number;
  readonly chance: number;
}

/** Share of 95 % intervals of the paired macro-F1 difference that hold the true difference, that of the whole population. */
export function f1Coverage({ n, comparisons, seed, classes, resamples }: SimulationSize & { classes: number; resamples: number }): number {
  const outcomes = population(classes);
  const labels = Array.from({ length: classes }, (_, k) => `label-${k}`);
  const rows = outcomes.map(
    ({ expected, a, b }): PairedRow => ({ expected: labels[expected] as string, a: labels[a] as string, b: labels[b] as string }),
  );
  const truth = macroF1(outcomes, classes, 'a') - macroF1(outcomes, classes, 'b');
  const table = aliasTable(outcomes.map((outcome) => outcome.chance));
  const random = seededRandom(seed);
  let covered = 0;
  for (let k = 0; k < comparisons; k += 1) {
    const sample = Array.from({ length: n }, () => rows[drawAlias(table, random)] as PairedRow);
    const { low, high } = pairedBootstrap(sample, labels, 'f1_macro', { confidence: 0.95, seed: seed + k, resamples, randomizations: 0 });
    if (low <= truth && truth <= high) covered += 1;
  }
  return covered / comparisons;
}

/** Labels of equal share, answered rightly by the candidate in 72 … 91 % and by the target in 70 … 88 %, in part on the same rows; errors fall on near labels. */
function population(classes: number): Outcome[] {
  const outcomes: Outcome[] = [];
  for (let expected = 0; expected < classes; expected += 1) {
    const [right, other] = [0.72 + (0.19 * expected) / classes, 0.88 - (0.18 * expected) / classes];
    const wrong = [1, 2, 5].map((step) => (expected + step) % classes);
    const both = Math.min(right, other) * 0.93;
    outcomes.push({ expected, a: expected, b: expected, chance: both / classes });
    for (const miss of wrong) {
      outcomes.push({ expected, a: expected, b: miss, chance: (right - both) / 3 / classes });
      outcomes.push({ expected, a: miss, b: expected, chance: (other - both) / 3 / classes });
      for (const second of wrong) outcomes.push({ expected, a: miss, b: second, chance: (1 - right - other + both) / 9 / classes });
    }
  }
  return outcomes;
}

function macroF1(outcomes: readonly Outcome[], classes: number, arm: 'a' | 'b'): number {
  const [right, given, asked] = [0, 1, 2].map(() => new Array<number>(classes).fill(0)) as [number[], number[], number[]];
  for (const outcome of outcomes) {
    const answer = outcome[arm];
    asked[outcome.expected]! += outcome.chance;
    given[answer]! += outcome.chance;
    if (answer === outcome.expected) right[answer]! += outcome.chance;
  }
  return right.reduce((sum, tp, k) => sum + (2 * tp) / ((asked[k] as number) + (given[k] as number)), 0) / classes;
}
