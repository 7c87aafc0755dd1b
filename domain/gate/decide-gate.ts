import type { Comparison, GateVerdict } from '../../contracts/run.ts';
import { reliableFrom } from '../evaluation/classification-metrics.ts';
import { alphaForLook } from './alpha-ledger.ts';
import { compareArms, type ArmComparison } from './compare-arms.ts';
import type { GateInput, GateResult, SeedSpread, SlicesEvidence, SuiteEvidence } from './gate-input.ts';
import { explainComparison, explainPreference, explainSeeds, explainSlices, explainSuite, type ComparisonVerdict } from './gate-reasons.ts';
import { brokenLimits, doubts, fewestRows, notANumber, notComputed, orderDecides } from './guards.ts';
import { goesByOrder, judgePreferences } from './judge-preferences.ts';
import { judgeSlices } from './judge-slices.ts';
import { judgeSuite } from './judge-suite.ts';
import { seedSpread, widened } from './seed-spread.ts';
import { alignRows, type TestRow } from './test-rows.ts';
import { metricName, percent, points } from './wording.ts';

/** Averages over labels, whose intervals need many rows of each label. */
const labelAverages: ReadonlySet<string> = new Set(['f1_macro', 'precision_macro', 'recall_macro']);

/**
 * Whether the candidate may be promoted. Pure: the same input gives the same decision.
 *
 * `promote` if the lower bound of the paired difference exceeds `minimumGain` against every target (an intersection–union test, so that no further
 * correction is due); `reject` if some upper bound is at or below `minimumGain + equivalence`, a suite or a slice shows a regression, or a limit is
 * broken; `inconclusive` otherwise, and whenever a guard doubts the evidence. Bounds are those of the 1 − 2α interval, α being the look's share of the
 * ledger (see {@link alphaForLook}). Reads as a report: `document.reasons` says all of it in words.
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
  const compared: ArmComparison[] = [];
  if (aligned.disagreeing.length === 0 && aligned.rows.length > 0) {
    for (const target of input.targets) {
      const comparison = compareArms(input, target, aligned.rows, metric, level);
      if (comparison === null) closed.push(notComputed(metric));
      else if (!isNumber(comparison.comparison)) closed.push(notANumber(metric, target.name));
      else compared.push(spread === null ? comparison : overSeeds(comparison, spread));
    }
  }
  const suites = (input.suites ?? [])
    .filter((suite) => suite.candidate.length > 0 && [...suite.candidate, ...suite.target].every(Number.isFinite))
    .map((suite) => judgeSuite(suite, suite.margin ?? input.spec.maximumRegression[suite.name] ?? null, input.spec.nonInferiority, input.seed));

  const preferences = input.targets.flatMap((target) => judgePreferences(input, target, aligned.rows, level) ?? []);
  if (metric === 'preference') closed.push(...preferences.filter(goesByOrder).map(orderDecides));

  const slices = aligned.disagreeing.length === 0 ? judgeSlices(input, aligned.rows, metric) : null;

  const verdicts = compared.map(({ comparison }) => verdictOf(comparison, input));
  const limits = brokenLimits(input);
  const decision = decide(verdicts, suites, slices, limits, closed);
  const rowsNeeded = decision === 'inconclusive' ? needed(compared, verdicts, input.dataset.n, alpha) : null;
  const sentences = compared.map(({ comparison, evidence }, i) =>
    explainComparison(input, comparison, evidence, {
      metric,
      n: aligned.rows.length,
      level,
      verdict: closed.length > 0 ? null : (verdicts[i] ?? null),
    }),
  );
  const reasons = [
    ...unique(closed),
    ...limits,
    ...sentences,
    ...suites.flatMap((suite) => explainSuite(suite) ?? []),
    ...(slices === null ? [] : explainSlices(input.candidate.name, slices)),
    ...(spread === null ? [] : [explainSeeds(spread, metric)]),
    ...(metric === 'preference' ? [] : preferences.map((evidence) => explainPreference(input.candidate.name, evidence, level))),
    ...outlook(decision, compared, verdicts, rowsNeeded, closed.length > 0),
    ...(note === null ? [] : [note]),
    ...ledgerNote(input, alpha, level),
  ];
  return {
    document: { decision, candidate: input.candidate.name, comparisons: compared.map(({ comparison }) => comparison), rowsNeeded, reasons },
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

/** Macro averages of few rows have intervals that cover far too little, so the gate then goes by accuracy and says so. */
function judgedMetric({ metric, taskType, labels, dataset }: GateInput, rows: readonly TestRow[]): { metric: string; note: string | null } {
  if (taskType !== 'classification' || !labelAverages.has(metric)) return { metric, note: null };
  const support = new Map(labels.map((label) => [label, 0]));
  for (const { expected } of rows) support.set(expected, (support.get(expected) ?? 0) + 1);
  const fewest = Math.min(...support.values());
  if (dataset.n >= reliableFrom.rows && fewest >= reliableFrom.rowsPerLabel) return { metric, note: null };
  const why = dataset.n < reliableFrom.rows ? `${dataset.n} test rows` : `${fewest} test rows of the rarest label`;
  const note = `Judged by accuracy, because ${metricName(metric)} is unreliable with ${why}: it takes ${reliableFrom.rows} rows and ${reliableFrom.rowsPerLabel} of each label.`;
  return { metric: 'accuracy', note };
}

/** The most that any undecided comparison needs; never fewer than the gate takes at all. A spent test set must be replaced by one of its size. */
function needed(compared: readonly ArmComparison[], verdicts: readonly ComparisonVerdict[], n: number, alpha: number | null): number | null {
  const undecided = compared.filter((_, i) => verdicts[i] === 'unknown').map(({ evidence }) => evidence.rowsNeeded);
  const floor = Math.max(n < fewestRows ? fewestRows : 0, alpha === null ? Math.max(n, fewestRows) : 0);
  const most = Math.max(floor, ...undecided.map((rows) => rows ?? 0));
  return most > 0 ? most : null;
}

function outlook(
  decision: GateVerdict,
  compared: readonly ArmComparison[],
  verdicts: readonly ComparisonVerdict[],
  rowsNeeded: number | null,
  isClosed: boolean,
): string[] {
  const lost = compared.filter((_, i) => verdicts[i] === 'not better').map(({ evidence }) => evidence);
  if (decision === 'reject') {
    return lost.map(({ against, role }) =>
      role === 'champion' ? `The champion, ${against}, stays.` : `Tuning is not worth it here: ${against} does as well without.`,
    );
  }
  if (decision === 'promote') return ['Every arm that had to be beaten is beaten.'];
  const detectable = Math.max(0, ...compared.filter((_, i) => verdicts[i] === 'unknown').map(({ comparison }) => comparison.detectable));
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

function alreadyChampion({ candidate, dataset, look, metric, spec }: GateInput): GateResult {
  const reason = `${candidate.name} is already the champion: there is nothing to decide, and nothing was spent.`;
  return {
    document: { decision: 'reject', candidate: candidate.name, comparisons: [], rowsNeeded: null, reasons: [reason] },
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
