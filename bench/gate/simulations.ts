/** Each simulation counts how often the gate errs where the truth is known. Seeded, so that a count is a fact and not a mood. */
import { seededRandom } from '../../domain/evaluation/random.ts';
import { chooseOnValidation } from '../../domain/gate/choose-on-validation.ts';
import { decideGate } from '../../domain/gate/decide-gate.ts';
import { pairedAccuracy } from '../../domain/gate/paired-accuracy.ts';
import { answerSheet, drawArm, drawPair, gateInput, rowDifficulty } from './simulated-arms.ts';

export interface SimulationSize {
  readonly n: number;
  readonly comparisons: number;
  readonly seed: number;
}

/** Share of candidates no better than the champion that one gated run promotes. */
export function falsePromotion({ n, comparisons, seed }: SimulationSize): number {
  return falsePromotionOfRuns({ n, comparisons, seed, runs: 1 });
}

/** Share of series of `runs` gated runs on one test set, each with a new candidate that is no better, in which any is promoted. */
export function falsePromotionOfRuns({ n, comparisons, seed, runs }: SimulationSize & { runs: number }): number {
  const random = seededRandom(seed);
  const sheet = answerSheet(n);
  const difficulty = rowDifficulty(n);
  return share(comparisons, () => {
    const champion = drawArm(difficulty, random);
    for (let look = 1; look <= runs; look += 1) {
      if (decideGate(gateInput(sheet, drawArm(difficulty, random), champion, look)).document.decision === 'promote') return true;
    }
    return false;
  });
}

/** Share of best-of-`candidates`, chosen on as many validation rows, none of them better than the champion, that the gate promotes. */
export function falsePromotionOfBest({ n, comparisons, seed, candidates }: SimulationSize & { candidates: number }): number {
  const random = seededRandom(seed);
  const sheet = answerSheet(n);
  const difficulty = rowDifficulty(n);
  return share(comparisons, () => {
    const arms = Array.from({ length: candidates }, (_, k) => ({
      name: `candidate-${k}`,
      value: mean(drawArm(difficulty, random)),
      test: drawArm(difficulty, random),
    }));
    const chosen = chooseOnValidation(arms);
    return chosen !== null && decideGate(gateInput(sheet, chosen.test, drawArm(difficulty, random), 1)).document.decision === 'promote';
  });
}

/** Share of 95 % intervals of the paired accuracy difference that hold the true difference. */
export function accuracyCoverage({ n, comparisons, seed }: SimulationSize, truth = { gains: 0.115, losses: 0.085 }): number {
  const random = seededRandom(seed);
  const difference = truth.gains - truth.losses;
  return share(comparisons, () => {
    const { a, b } = drawPair(n, truth.gains, truth.losses, random);
    const { low, high } = pairedAccuracy(a, b, 0.95);
    return low <= difference && difference <= high;
  });
}

function share(times: number, happens: () => boolean): number {
  let count = 0;
  for (let k = 0; k < times; k += 1) if (happens()) count += 1;
  return count / times;
}

function mean(values: readonly boolean[]): number {
  return values.filter(Boolean).length / values.length;
}
