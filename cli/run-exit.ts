import { type ErrorBody, inputErrorCodes } from '../contracts/errors.ts';
import { exitCodes, type Outcome } from '../contracts/run.ts';

/** A run that failed because of what it was given ends as bad input does. */
export function exitCodeOfRun(outcome: Outcome | null, error: ErrorBody | null): number {
  if (outcome === null) return 0;
  if (outcome === 'failed' && error && inputErrorCodes.has(error.code)) return exitCodes.badInput;
  return exitCodes[outcome];
}
