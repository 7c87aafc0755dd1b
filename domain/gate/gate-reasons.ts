import type { Comparison } from '../../contracts/run.ts';
import type { ComparisonEvidence, GateInput, PreferenceEvidence, SeedSpread, SliceEvidence, SlicesEvidence, SuiteEvidence } from './gate-input.ts';
import { listed, metricName, percent, points } from './wording.ts';

/** What an interval shows on its own; whether it counts is the gate's decision. */
export type ComparisonVerdict = 'better' | 'not better' | 'unknown';

/** One comparison in a sentence: the count or the difference, the interval, and what it proves. */
export function explainComparison(
  input: GateInput,
  comparison: Comparison,
  evidence: ComparisonEvidence,
  facts: {
    metric: string;
    n: number;
    level: number /** Null where the evidence is in doubt, so that nothing is proved. */;
    verdict: ComparisonVerdict | null;
  },
): string {
  const { minimumGain, equivalence } = input.spec;
  const { difference, against } = comparison;
  const interval = `${points(difference.value)} points (${percent(facts.level)} interval ${points(difference.low)} to ${points(difference.high)})`;
  const sentence = `${claim(input.candidate.name, against, difference.value, evidence, facts)}: ${interval}`;
  if (facts.verdict === null) return `${sentence}.`;
  const proof = {
    better: minimumGain === 0 ? 'that is proof of a gain' : `that is proof of a gain of more than ${points(minimumGain)} points`,
    'not better':
      minimumGain + equivalence > 0
        ? `that rules out a gain of more than ${points(minimumGain + equivalence).replace('+', '')} points`
        : 'that rules out a gain',
    unknown: 'that is not proof',
  }[facts.verdict];
  return `${sentence}; ${proof}.`;
}

function claim(candidate: string, against: string, difference: number, evidence: ComparisonEvidence, facts: { metric: string; n: number }): string {
  if (facts.metric === 'preference') {
    const often = difference > 0 ? 'more often than' : difference < 0 ? 'less often than' : 'as often as';
    return `On ${facts.n} test rows the judge prefers ${candidate} ${often} ${against}`;
  }
  if (evidence.gains === null || evidence.losses === null) {
    const relation = difference > 0 ? 'above' : difference < 0 ? 'below' : 'equal to';
    return `${candidate}'s ${metricName(facts.metric)} on ${facts.n} test rows is ${relation} that of ${against}`;
  }
  const net = evidence.gains - evidence.losses;
  if (net === 0) return `${candidate} answers as many of ${facts.n} test rows rightly as ${against}`;
  return `${candidate} answers ${Math.abs(net)} ${net > 0 ? 'more' : 'fewer'} of ${facts.n} test rows rightly than ${against}`;
}

export function explainSuite(suite: SuiteEvidence): string | null {
  const { name, n, regression, margin, detectable, verdict } = suite;
  if (margin === null) return null;
  const numbers = `${points(-regression.value)} points${suite.against === null ? '' : ` against ${suite.against}`} on ${n} rows, ${percent(margin)} may be lost`;
  const sight = `The suite could have shown a loss of ${points(detectable).replace('+', '')} points.`;
  switch (verdict) {
    case 'veto':
      return `The suite ${name} shows a regression beyond its margin (${numbers}).`;
    case 'acknowledge':
      return `On the suite ${name} the candidate looks worse than its margin allows, without proof (${numbers}): the approver must accept that by name. ${sight}`;
    case 'not proved harmless':
      return `The suite ${name} cannot show that the loss stays within its margin (${numbers}). ${sight}`;
    case 'passed':
      return `The suite ${name} shows no regression beyond its margin (${numbers}). ${sight}`;
  }
}

/** Slices that get worse, one sentence each; else one that says how many were looked at and what they could have shown. */
export function explainSlices(candidate: string, { against, judged, tooSmall, fewestRows, alpha }: SlicesEvidence): string[] {
  const small =
    tooSmall.length === 0
      ? []
      : [
          `Not judged, with fewer than ${fewestRows} test rows: ${listed(tooSmall.slice(0, 5).map(nameOf))}${tooSmall.length > 5 ? ` and ${tooSmall.length - 5} more` : ''}.`,
        ];
  if (judged.length === 0) return small;
  const worse = judged.filter((slice) => slice.verdict === 'worse');
  const many = judged.length === 1 ? 'one slice' : `${judged.length} slices`;
  if (worse.length > 0) {
    return [
      ...worse.map((slice) => {
        const interval = `${points(slice.difference.value)} points (interval ${points(slice.difference.low)} to ${points(slice.difference.high)})`;
        return `Where ${nameOf(slice)}, ${candidate} is worse than ${against} on ${slice.n} test rows: ${interval}, p = ${slice.holm.toPrecision(2)} after Holm's correction over ${many}. A gain on average does not make up for that.`;
      }),
      ...small,
    ];
  }
  const blind = Math.max(...judged.map((slice) => slice.detectable));
  return [
    `None of ${many} shows a loss against ${against} (one-sided ${percent(alpha)}, Holm); the least certain one would have shown a loss of ${points(blind).replace('+', '')} points.`,
    ...small,
  ];
}

export function explainSeeds({ arms, deviation }: SeedSpread, metric: string): string {
  const values = arms.map(({ value }) => (value * 100).toFixed(1));
  return `Trained with ${arms.length} seeds, ${metricName(metric)} is ${listed(values)} %: they spread by ${(deviation * 100).toFixed(1)} points (standard deviation), which the intervals carry.`;
}

export function explainPreference(candidate: string, { against, n, wins, losses, ties, flipped }: PreferenceEvidence): string {
  const order = flipped > 0 ? `, ${flipped} of them because the verdict turned over with the order` : '';
  return `The judge prefers ${candidate} on ${wins} of ${n} test rows and ${against} on ${losses}; ${ties} are ties${order}.`;
}

const nameOf = ({ column, value }: Pick<SliceEvidence, 'column' | 'value'>): string => `${column} is ${value === '' ? 'empty' : `“${value}”`}`;
