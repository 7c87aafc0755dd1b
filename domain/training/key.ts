import { createHash } from 'node:crypto';
import { canonicalJson } from '../hash.ts';

/** Everything that makes two training jobs the same job. */
export interface Recipe {
  /** Hash of the rendered training and validation files. */
  readonly dataset: string;
  readonly provider: string;
  readonly base: string;
  readonly method: string;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly trainerVersion: string;
}

const digest = (value: unknown) => createHash('sha256').update(canonicalJson(value)).digest('hex');

export const recipeHash = (recipe: Recipe): string => digest(recipe);

/** A failed job is never adopted: a new attempt has a key of its own. */
export const trainingKey = (recipe: string, attempt: number): string => digest({ recipe, attempt });

/** Raised when the trainer's results change for the same inputs. */
export const trainerVersion = '1';
