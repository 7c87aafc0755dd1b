import type { Comparison, GateVerdict } from '../../contracts/run.ts';
import { alphaForLook } from './alpha-ledger.ts';
import { compareArms, type ArmComparison } from './compare-arms.ts';
import { decideRetraining, type RetrainingVerdict } from './decide-retraining.ts';
import type { GateInput, GateResult, SeedSpread, SlicesEvidence, SuiteEvidence } from './gate-input.ts';
import { explainComparison, explainPreference, explainSeeds, explainSlices, explainSuite, type ComparisonVerdict } from './gate-reasons.ts';
import { brokenLimits, doubts, fewestRows, notANumber, notComputed, orderDecides, tooFewFresh } from './guards.ts';
import { goesByOrder, judgePreferences } from './judge-preferences.ts';
import { judgedMetric } from './judged-metric.ts';
import { judgeSlices } from './judge-slices.ts';
import { judgeSuite } from './judge-suite.ts';
import { seedSpread, widened } from './seed-spread.ts';
import { alignRows } from './test-rows.ts';
import { percent, points } from './wording.ts';

/**
 * Whether the candidate may be promoted. Pure: the same input gives the same decision.
 *
 * `promote` if the lower bound of the paired difference exceeds `minimumGain` against every target (an intersection–union test, so that no further
 * correction is due); `reject` if some upper bound is at or below `minimumGain + equivalence`, a suite or a slice shows a regression, or a limit is
 * broken; `inconclusive` otherwise, and whenever a guard doubts the evidence. Bounds are those of the 1 − 2α interval, α being the look's share of the
 * ledger (see {@link alphaForLook}). A candidate that learned from rows which the champion's dataset does not have is compared with the champion by
 * {@link decideRetraining}. Reads as a report: `document.reasons` says all of it in words.
 */
export function decideGate(input: GateInput): GateResult {
  const champion = input.targets.find((target) => target.role === 'champion');
  if (champion?.artifact === input.candidate.artifact) return alreadyChampion(input);

  const alpha = alphaForLook(input.spec.confidence, input.look);
  const level = alpha === null ? input.spec.confidence : 1 - 2 * alpha;
  const aligned = alignRows([input.candidate, ...input.targets], input.groups);
  const { metric, note } = judgedMetric(input, aligned.rows);
  const closed = doubts(input, aligned, alpha);

  const spread = metric === 'preference' ? null : seedSpread(input, aligned.rows, metric, level);
  const compared: Compared[] = [];
  let retrained: RetrainingVerdict | null = null;
  if (aligned.disagreeing.length === 0 && aligned.rows.length > 0) {
    for (const target of input.targets) {
      if (target.role === 'champion' && input.retraining) {
        retrained = decideRetraining(input, target, input.retraining, aligned.rows, { level, reach: spread?.reach ?? 0 });
        closed.push(...retrained.doubts);
        if (retrained.compared) compared.push({ ...retrained.compared, verdict: retrained.verdict });
        continue;
      }
      const comparison = compareArms(input, target, aligned.rows, metric, level);
      if (comparison === null) closed.push(notComputed(metric));
      else if (!isNumber(comparison.comparison)) closed.push(notANumber(metric, target.name));
      else {
        const counted = spread === null ? comparison : overSeeds(comparison, spread);
        compared.push({ ...counted, verdict: verdictOf(counted.comparison, input) });
      }
    }
  }
  const suites = (input.suites ?? [])
    .filter((suite) => suite.candidate.length > 0 && [...suite.candidate, ...suite.target].every(Number.isFinite))
    .map((suite) => judgeSuite(suite, suite.margin ?? input.spec.maximumRegression[suite.name] ?? null, input.spec.nonInferiority, input.seed));

  const preferences = input.targets.flatMap((target) => judgePreferences(input, target, aligned.rows, level) ?? []);
  if (metric === 'preference') closed.push(...preferences.filter(goesByOrder).map(orderDecides));

  const slices = aligned.disagreeing.length === 0 ? judgeSlices(input, aligned.rows, metric) : null;

  const verdicts = compared.map(({ verdict }) => verdict);
  const onTest = compared.filter(({ evidence }) => !(retrained && evidence.role === 'champion'));
  const limits = brokenLimits(input);
  const decision = decide(verdicts, suites, slices, limits, closed);
  const testRowsNeeded = decision === 'inconclusive' ? needed(onTest, input.dataset.n, alpha) : null;
  const freshRowsNeeded = decision === 'inconclusive' ? (retrained?.rowsNeeded ?? null) : null;
  const rowsNeeded = Math.max(testRowsNeeded ?? 0, freshRowsNeeded ?? 0) || null;
  const sentences = [
    ...(retrained?.sentences ?? []),
    ...onTest.map(({ comparison, evidence, verdict }) =>
      explainComparison(input, comparison, evidence, { metric, n: aligned.rows.length, level, verdict: closed.length > 0 ? null : verdict }),
    ),
  ];
  const reasons = [
    ...unique(closed),
    ...limits,
    ...sentences,
    ...suites.flatMap((suite) => explainSuite(suite) ?? []),
    ...(slices === null ? [] : explainSlices(input.candidate.name, slices)),
    ...(spread === null ? [] : [explainSeeds(spread, metric)]),
    ...preferences.map((evidence) => explainPreference(input.candidate.name, evidence)),
    ...outlook(decision, compared, onTest, testRowsNeeded, closed.length > 0),
    ...(note === null ? [] : [note]),
    ...ledgerNote(input, alpha, level),
  ];
  return {
    document: {
      decision,
      candidate: input.candidate.name,
      comparisons: compared.map(({ comparison }) => comparison),
      rowsNeeded,
      reasons,
      ...(retrained ? { retraining: retrained.document } : {}),
    },
    evidence: {
      metric,
      n: aligned.rows.length,
      look: input.look,
      alpha,
      level,
      comparisons: compared.map(({ evidence }) => evidence),
      suites,
      slices,
      ...(preferences.length > 0 ? { preferences } : {}),
      ...(spread === null ? {} : { seeds: spread }),
      closedBecause: unique(closed),
    },
    acknowledge: suites.filter((suite) => suite.verdict === 'acknowledge').map((suite) => suite.name),
    spendsLook: alpha !== null && compared.length > 0,
  };
}

interface Compared extends ArmComparison {
  readonly verdict: ComparisonVerdict;
}

function decide(
  verdicts: readonly ComparisonVerdict[],
  suites: readonly SuiteEvidence[],
  slices: SlicesEvidence | null,
  limits: readonly string[],
  closed: readonly string[],
): GateVerdict {
  if (limits.length > 0 || suites.some((suite) => suite.verdict === 'veto')) return 'reject';
  if (closed.length > 0) return 'inconclusive';
  if (verdicts.includes('not better') || slices?.judged.some((slice) => slice.verdict === 'worse')) return 'reject';
  const isProved = verdicts.every((verdict) => verdict === 'better') && !suites.some((suite) => suite.verdict === 'not proved harmless');
  return isProved ? 'promote' : 'inconclusive';
}

function verdictOf({ difference }: Comparison, { spec }: GateInput): ComparisonVerdict {
  if (difference.low > spec.minimumGain) return 'better';
  return difference.high <= spec.minimumGain + spec.equivalence ? 'not better' : 'unknown';
}

/** The most that any undecided comparison needs; never fewer than the gate takes at all. A spent test set must be replaced by one of its size. */
function needed(compared: readonly Compared[], n: number, alpha: number | null): number | null {
  const undecided = compared.filter(({ verdict }) => verdict === 'unknown').map(({ evidence }) => evidence.rowsNeeded);
  const floor = Math.max(n < fewestRows ? fewestRows : 0, alpha === null ? Math.max(n, fewestRows) : 0);
  const most = Math.max(floor, ...undecided.map((rows) => rows ?? 0));
  return most > 0 ? most : null;
}

/** @param onTest the comparisons that the test set decides */
function outlook(
  decision: GateVerdict,
  compared: readonly Compared[],
  onTest: readonly Compared[],
  rowsNeeded: number | null,
  isClosed: boolean,
): string[] {
  if (decision === 'reject') {
    return compared
      .filter(({ verdict }) => verdict === 'not better')
      .map(({ evidence: { against, role } }) =>
        role === 'champion' ? `The champion, ${against}, stays.` : `Tuning is not worth it here: ${against} does as well without.`,
      );
  }
  if (decision === 'promote') return ['Every arm that had to be beaten is beaten.'];
  const detectable = Math.max(0, ...onTest.filter(({ verdict }) => verdict === 'unknown').map(({ comparison }) => comparison.detectable));
  const sight =
    detectable > 0 && !isClosed
      ? [`This test would have shown a difference of ${points(detectable).replace('+', '')} points in four cases of five.`]
      : [];
  return rowsNeeded === null ? sight : [...sight, `A test of ${rowsNeeded} rows could tell.`];
}

function ledgerNote({ look, spec }: GateInput, alpha: number | null, level: number): string[] {
  if (look === 1 || alpha === null) return [];
  return [`This is gated run ${look} on this test set, so its intervals are at ${percent(level)} instead of ${percent(spec.confidence)}.`];
}

/** Rows that were held out because they are fresher than the champion, but are too few to judge by, make the run inconclusive and not declined. */
function alreadyChampion({ candidate, dataset, look, metric, spec, retraining }: GateInput): GateResult {
  const held = retraining?.fresh.n ?? 0;
  const isShort = held > 0 && held < fewestRows;
  const reason = isShort
    ? `${tooFewFresh(held)} They were kept for that comparison, and without them ${candidate.name} is the champion again: nothing was spent.`
    : `${candidate.name} is already the champion: there is nothing to decide, and nothing was spent.`;
  return {
    document: {
      decision: isShort ? 'inconclusive' : 'reject',
      candidate: candidate.name,
      comparisons: [],
      rowsNeeded: isShort ? fewestRows : null,
      reasons: [reason],
      ...(retraining ? { retraining: { fresh: held, frozen: retraining.frozen.length, margin: retraining.margin, gain: null, kept: null } } : {}),
    },
    evidence: {
      metric,
      n: dataset.n,
      look,
      alpha: alphaForLook(spec.confidence, look),
      level: spec.confidence,
      comparisons: [],
      suites: [],
      slices: null,
      closedBecause: [],
    },
    acknowledge: [],
    spendsLook: false,
  };
}

/** Another seed would have given another model: its interval and its reach carry that too. */
function overSeeds({ comparison, evidence }: ArmComparison, { reach }: SeedSpread): ArmComparison {
  return {
    comparison: { ...comparison, difference: widened(comparison.difference, reach), detectable: Math.hypot(comparison.detectable, reach) },
    evidence,
  };
}

function isNumber({ difference, detectable }: Comparison): boolean {
  return [difference.value, difference.low, difference.high, difference.p, detectable].every(Number.isFinite);
}

function unique(sentences: readonly string[]): string[] {
  return [...new Set(sentences)];
}
