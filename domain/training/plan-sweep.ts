/** Which settings a sweep tries, and for how long: successive halving over a declared space (Jamieson and Talwalkar, AISTATS 2016). */
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { SweepPlan, TunedPlan } from '../../contracts/plan.ts';
import { seededRandom } from '../evaluation/random.ts';

/** Keys of `candidates.sweep` that bound it; every other key is a hyperparameter. */
export const sweepBounds = ['trials', 'maximumSeconds', 'usd'] as const;

/** Of each rung the best third goes on, trained three times as long. */
const reduction = 3;
const usualTrials = 8;
const seed = 7;

type Setting = Readonly<Record<string, number>>;

/**
 * The plan of a sweep around one candidate, or null without one. The candidate's own settings are always tried, first; the others are drawn from the
 * grid of all combinations, in an order that a fixed seed decides. `trials` counts settings, not jobs: 9 settings of 9 epochs are 9 jobs of one
 * epoch, 3 of three and 1 of nine. Rungs that would not train longer than the one before are left out.
 *
 * @example planSweep({ learningRate: [2e-4, 1e-3], trials: 3 }, candidate, { learningRate: 5e-4, epochs: 3, … }).settings
 * // [{ learningRate: 5e-4 }, { learningRate: 1e-3 }, { learningRate: 2e-4 }]
 */
export function planSweep(
  sweep: PipelineSpec['candidates']['sweep'],
  candidate: TunedPlan | undefined,
  own: Readonly<Record<string, unknown>>,
): SweepPlan | null {
  if (sweep === undefined || candidate === undefined) return null;
  const bound = (name: (typeof sweepBounds)[number]) => (typeof sweep[name] === 'number' ? sweep[name] : null);
  const space = Object.entries(sweep).filter(([key]) => !(sweepBounds as readonly string[]).includes(key));
  const first = Object.fromEntries(space.flatMap(([key]) => (typeof own[key] === 'number' ? [[key, own[key]]] : [])));
  const grid = space.reduce<Setting[]>(
    (settings, [key, values]) => settings.flatMap((setting) => [values].flat().map((value) => ({ ...setting, [key]: value }))),
    [{}],
  );
  const settings = distinct([first, ...shuffled(grid)]).slice(0, bound('trials') ?? usualTrials);
  const epochs = typeof own.epochs === 'number' ? own.epochs : 3;
  const seconds = bound('maximumSeconds');
  const usd = bound('usd');
  return {
    candidate,
    settings,
    rungs: rungsOf(settings, epochs),
    maximumMs: seconds === null ? null : seconds * 1000,
    maximumMicroUsd: usd === null ? null : Math.round(usd * 1e6),
  };
}

function rungsOf(settings: readonly Setting[], epochs: number): SweepPlan['rungs'] {
  const count = settings.length < 2 ? 1 : Math.ceil(Math.log(settings.length) / Math.log(reduction) - 1e-9) + 1;
  const rungs = Array.from({ length: count }, (_, r) => ({
    epochs: settings.map((setting) => Math.max(1, Math.round((setting.epochs ?? epochs) / reduction ** (count - 1 - r)))),
    keep: Math.max(1, Math.ceil(settings.length / reduction ** (r + 1) - 1e-9)),
  }));
  return rungs.filter((rung, r) => {
    const next = rungs[r + 1];
    return next === undefined || next.epochs.some((n, s) => n > (rung.epochs[s] ?? 0));
  });
}

function shuffled(settings: readonly Setting[]): Setting[] {
  const random = seededRandom(seed);
  const left = [...settings];
  return settings.map(() => left.splice(random.below(left.length), 1)[0] as Setting);
}

function distinct(settings: readonly Setting[]): Setting[] {
  const known = new Map(settings.toReversed().map((setting) => [JSON.stringify(Object.entries(setting).toSorted()), setting]));
  return settings.filter((setting) => known.get(JSON.stringify(Object.entries(setting).toSorted())) === setting);
}
