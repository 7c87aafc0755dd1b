/** What a training curve says about the next settings, in words and with the figures that it says it by. */
import type { ArmDocument } from '../../contracts/run.ts';

export type TrainingVerdict = 'overfits' | 'still learning' | 'underfits' | 'settled';
export interface LossPoint {
  readonly step: number;
  readonly train: number | null;
  readonly validation: number | null;
}
export interface TrainingAdvice {
  readonly verdict: TrainingVerdict;
  readonly text: string;
}

/** A validation loss that ends this much above its lowest has turned. */
const turned = 0.02;
/** One that fell by this share over its last third has not yet stopped. */
const falling = 0.05;
/** Training loss that has lost less than this share of where it began has learned little. */
const little = 0.25;

/** Null where there are too few points to say anything: three of validation, and a training loss that has a beginning and an end. */
export function trainingAdvice(loss: readonly LossPoint[], epochs: number | null): TrainingAdvice | null {
  const validation = loss.flatMap(({ step, validation: y }) => (y === null ? [] : [{ step, y }]));
  const train = loss.flatMap(({ train: y }) => (y === null ? [] : [y]));
  const [last, first] = [validation.at(-1), validation[0]];
  if (validation.length < 3 || train.length < 4 || !last || !first) return null;
  const best = validation.reduce((low, point) => (point.y < low.y ? point : low));
  const [begun, ended] = [mean(train.slice(0, Math.ceil(train.length / 10))), mean(train.slice(-Math.ceil(train.length / 10)))];
  const figure = (y: number) => y.toFixed(3);

  if (best !== last && last.y > best.y * (1 + turned)) {
    const enough = epochs === null ? null : Math.max(1, Math.round((epochs * best.step) / last.step));
    const fewer =
      enough === null || enough >= (epochs ?? 0) ? 'stop early' : `train ${enough} ${enough === 1 ? 'epoch' : 'epochs'} instead of ${epochs}`;
    return {
      verdict: 'overfits',
      text: `It overfits: validation loss was lowest at step ${best.step} (${figure(best.y)}) and rose to ${figure(last.y)} while training loss went on to ${figure(ended)}. ${capital(fewer)}, or bring more rows.`,
    };
  }
  const earlier = validation.findLast(({ step }) => step <= last.step * (2 / 3)) ?? first;
  if (earlier.y > last.y * (1 + falling)) {
    return {
      verdict: 'still learning',
      text: `It was still learning when it ended: validation loss fell from ${figure(earlier.y)} at step ${earlier.step} to ${figure(last.y)} at step ${last.step}. More epochs would help.`,
    };
  }
  if (begun > 0 && ended > begun * (1 - little)) {
    return {
      verdict: 'underfits',
      text: `It underfits: training loss went from ${figure(begun)} to no less than ${figure(ended)}. Try a higher learning rate, or a higher rank.`,
    };
  }
  return { verdict: 'settled', text: `It has settled: validation loss stands at ${figure(last.y)}, ${figure(best.y)} at its lowest.` };
}

export interface TriedSetting {
  readonly hyperparameters: Readonly<Record<string, number>>;
  readonly value: number | null;
  readonly isWinner: boolean;
}

/** Where the best value of a swept hyperparameter is the smallest or the largest that was tried, the space may end too early. */
export function sweepAdvice(trials: readonly TriedSetting[]): string[] {
  const winner = trials.find(({ isWinner }) => isWinner);
  if (!winner) return [];
  return Object.entries(winner.hyperparameters).flatMap(([name, value]) => {
    const tried = [...new Set(trials.flatMap((trial) => (trial.value === null ? [] : (trial.hyperparameters[name] ?? []))))].sort((a, b) => a - b);
    if (name === 'epochs' || tried.length < 3) return [];
    if (value === tried[0]) return [`The best ${name}, ${value}, is the smallest that was tried: smaller ones may do better.`];
    if (value === tried.at(-1)) return [`The best ${name}, ${value}, is the largest that was tried: larger ones may do better.`];
    return [];
  });
}

/** Whether more rows would help, by the last step of the learning curve; null with fewer than two points. */
export function learningAdvice(
  points: readonly { readonly rows: number; readonly estimate: ArmDocument['metrics'][string] | null }[],
): string | null {
  const measured = points.flatMap(({ rows, estimate }) => (estimate === null ? [] : [{ rows, estimate }]));
  const [before, last] = measured.slice(-2);
  if (!before || !last) return null;
  const gain = `From ${before.rows} training rows to ${last.rows} it went from ${percent(before.estimate.value)} to ${percent(last.estimate.value)} on validation rows`;
  if (last.estimate.value > before.estimate.high) return `${gain}: more rows would probably help.`;
  return last.estimate.value <= before.estimate.value
    ? `${gain}: more rows of this kind would hardly help.`
    : `${gain}, which is within what chance does: this curve does not say whether more rows would help.`;
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
