/** Arms whose true quality is known, so that the gate's promises can be counted. */
import type { GateInput } from '../../domain/gate/gate-input.ts';
import type { Random } from '../../domain/evaluation/random.ts';
import type { Prediction } from '../../contracts/rows.ts';

/** Right and wrong answers to `n` rows, made once; a simulated arm picks one of the two for each row. */
export interface AnswerSheet {
  readonly right: readonly Prediction[];
  readonly wrong: readonly Prediction[];
}

export function answerSheet(n: number): AnswerSheet {
  const predictions = (answer: string) =>
    Array.from(
      { length: n },
      (_, i): Prediction => ({
        row: `test:${i}`,
        expected: 'right',
        answer,
        raw: answer,
        scores: null,
        latencyMs: null,
        promptTokens: 0,
        completionTokens: 0,
        error: null,
      }),
    );
  return { right: predictions('right'), wrong: predictions('wrong') };
}

export function predictionsOf(sheet: AnswerSheet, isRight: readonly boolean[]): Prediction[] {
  return isRight.map((right, i) => (right ? sheet.right : sheet.wrong)[i] as Prediction);
}

/** One gated run by accuracy of a candidate against a champion. */
export function gateInput(sheet: AnswerSheet, candidate: readonly boolean[], champion: readonly boolean[], look: number): GateInput {
  return {
    metric: 'accuracy',
    spec: {
      beat: ['champion'],
      confidence: 0.95,
      minimumGain: 0,
      equivalence: 0.01,
      maximumRegression: {},
      nonInferiority: false,
      retraining: { margin: 0.05 },
    },
    taskType: 'classification',
    candidate: { name: 'candidate', artifact: 'sha256:1', predictions: predictionsOf(sheet, candidate) },
    targets: [{ name: 'champion', artifact: 'sha256:2', predictions: predictionsOf(sheet, champion), role: 'champion' }],
    labels: ['right', 'wrong'],
    look,
    dataset: { n: candidate.length, contaminated: false, testChanged: false },
    seed: 7,
  };
}

/**
 * How likely each row is to be answered rightly: half of the rows are hard and half easy, for all arms of equal quality alike. Two such arms differ on
 * 2·mean(p(1 − p)) = 0.295 of the rows, and are right on 0.75.
 */
export function rowDifficulty(n: number): number[] {
  return Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 0.95 : 0.55));
}

export function drawArm(difficulty: readonly number[], random: Random): boolean[] {
  return difficulty.map((p) => random.unit() < p);
}

/** Rows on which candidate and target are (right, wrong) with `gains`, (wrong, right) with `losses`, and alike otherwise. */
export function drawPair(n: number, gains: number, losses: number, random: Random): { a: boolean[]; b: boolean[] } {
  const a: boolean[] = [];
  const b: boolean[] = [];
  for (let i = 0; i < n; i += 1) {
    const u = random.unit();
    const both = u >= gains + losses && u < gains + losses + 0.7 * (1 - gains - losses);
    a.push(both || u < gains);
    b.push(both || (u >= gains && u < gains + losses));
  }
  return { a, b };
}
