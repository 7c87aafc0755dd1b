import { hyperparametersSchema, type PipelineSpec } from '../../contracts/pipeline-spec.ts';
import { sweepBounds } from '../training/plan-sweep.ts';
import { nearest } from './describe-issue.ts';
import type { Refuse } from './locate.ts';

/** The grid is laid out before settings are drawn from it. */
const mostSettings = 10_000;

/** A sweep varies hyperparameters of the first tuned candidate, each over values that it could be given by itself. */
export function checkSweep({ candidates: { sweep, tuned } }: PipelineSpec, refuse: Refuse): void {
  if (sweep === undefined) return;
  if (tuned.length === 0)
    refuse(['candidates', 'sweep'], 'a sweep varies the first tuned candidate, and there is none', 'list one under candidates.tuned');
  const shape: Readonly<Record<string, { safeParse(value: unknown): { success: boolean; error?: { issues: readonly { message: string }[] } } }>> =
    hyperparametersSchema.shape;
  let settings = 1;
  for (const [key, given] of Object.entries(sweep)) {
    const path = ['candidates', 'sweep', key];
    if ((sweepBounds as readonly string[]).includes(key)) {
      checkBound(key, given, () => refuse(path, `'${key}' bounds the sweep and is one number above zero`, `write for example ${key}: 6`));
      continue;
    }
    if (!Object.hasOwn(shape, key)) {
      const sweepable = [...Object.keys(shape), ...sweepBounds];
      const near = nearest(key, sweepable);
      refuse(path, `'${key}' is not a hyperparameter`, near === null ? `use one of: ${sweepable.join(', ')}` : `did you mean '${near}'?`);
    }
    const values = [given].flat();
    if (values.length === 0) refuse(path, `there is no value to try for '${key}'`, `write for example ${key}: [${String(exampleOf(key))}]`);
    for (const value of values) {
      const wrong = shape[key]?.safeParse(value).error?.issues[0]?.message;
      if (wrong !== undefined) refuse(path, `'${key}' cannot be ${value}: ${wrong}`, `write for example ${key}: [${String(exampleOf(key))}]`);
    }
    settings *= values.length;
  }
  if (settings > mostSettings)
    refuse(
      ['candidates', 'sweep'],
      `the sweep spans ${settings.toLocaleString('en')} settings`,
      `keep it below ${mostSettings.toLocaleString('en')}`,
    );
}

function checkBound(key: string, given: unknown, refuse: () => never): void {
  const isBound = typeof given === 'number' && given > 0 && given <= 1e9 && (key !== 'trials' || Number.isInteger(given));
  if (!isBound) refuse();
}

const usual: Readonly<Record<string, unknown>> = hyperparametersSchema.parse({});
const exampleOf = (key: string): unknown => usual[key] ?? 1;
