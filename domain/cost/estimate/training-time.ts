/** How fast a base trains on a machine. */
export interface TrainingSpeed {
  readonly tokensPerSecond: number;
  /** By jobs that have run there; else it is assumed. */
  readonly isShown: boolean;
}

/** Until a job of this base has told how fast it is. */
const assumedTokensPerSecond = 500;
/** For loading the base and writing what was trained. */
const startMs = 30_000;
/** By how much a job may take longer: machines do other things too, and an assumption is one. */
const slower = { shown: 1.5, assumed: 4 } as const;

export const speedOf = (shown: number | null): TrainingSpeed => ({ tokensPerSecond: shown ?? assumedTokensPerSecond, isShown: shown !== null });

/** Milliseconds of wall-clock, as expected or at most. */
export function trainingMs(tokens: number, { tokensPerSecond, isShown }: TrainingSpeed, atMost: boolean): number {
  const expected = startMs + (tokens / tokensPerSecond) * 1000;
  return Math.ceil(expected * (atMost ? (isShown ? slower.shown : slower.assumed) : 1));
}
