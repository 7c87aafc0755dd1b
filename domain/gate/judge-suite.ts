import { normalQuantile } from '../evaluation/normal.ts';
import { meanScores } from '../evaluation/sums-bootstrap.ts';
import type { GateSuite, SuiteEvidence } from './gate-input.ts';
import { pairedAccuracy } from './paired-accuracy.ts';
import { pairedSumsBootstrap } from './paired-bootstrap.ts';
import { detectableDifference } from './power.ts';

/** Two-sided, so that each end is a one-sided 90 % bound. */
const suiteLevel = 0.8;
const power = 0.8;

/**
 * A suite vetoes when a regression beyond its margin is shown (one-sided, 90 %). Where only the point estimate exceeds the margin, the approver must
 * acknowledge it by name. With `nonInferiority` the burden is reversed: the suite passes only if the regression is shown to stay within the margin.
 */
export function judgeSuite(suite: GateSuite, margin: number | null, nonInferiority: boolean, seed: number): SuiteEvidence {
  const { name, candidate, target } = suite;
  if (candidate.length !== target.length)
    throw new RangeError(`suite ${name}: the candidate has ${candidate.length} rows and the target ${target.length}`);
  const n = candidate.length;
  const groups = suite.groups ?? candidate.map(() => null);
  const { difference, low, high, detectable } = compareScores(target, candidate, groups, margin ?? 0, seed);
  const regression = { value: difference, low, high };
  const verdict = margin === null ? 'passed' : verdictOf(regression, margin, nonInferiority);
  const mean = (scores: readonly number[]) => scores.reduce((a, b) => a + b, 0) / Math.max(1, n);
  return {
    name,
    against: suite.against ?? null,
    n,
    regression,
    passed: { candidate: mean(candidate), target: mean(target) },
    margin,
    detectable,
    verdict,
  };
}

function verdictOf({ value, low, high }: SuiteEvidence['regression'], margin: number, nonInferiority: boolean): SuiteEvidence['verdict'] {
  if (low > margin) return 'veto';
  if (nonInferiority && high > margin) return 'not proved harmless';
  return value > margin ? 'acknowledge' : 'passed';
}

function compareScores(target: readonly number[], candidate: readonly number[], groups: readonly (string | null)[], margin: number, seed: number) {
  const isBinary = [...target, ...candidate].every((score) => score === 0 || score === 1);
  if (isBinary) {
    const paired = pairedAccuracy(target.map(Boolean), candidate.map(Boolean), suiteLevel, groups);
    const discordance = (paired.gains + paired.losses) / Math.max(1, target.length);
    return { ...paired, detectable: detectableDifference(target.length / paired.designEffect, discordance, suiteLevel, power, margin) };
  }
  const options = { confidence: suiteLevel, seed, randomizations: 0 };
  const paired = pairedSumsBootstrap(meanScores(target), meanScores(candidate), groups, options);
  return { ...paired, detectable: margin + (normalQuantile(0.5 + suiteLevel / 2) + normalQuantile(power)) * paired.standardError };
}
