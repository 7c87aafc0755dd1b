import type { Comparison } from '../../contracts/run.ts';
import type { ComparisonEvidence, GateInput, SuiteEvidence } from './gate-input.ts';
import { metricName, percent, points } from './wording.ts';

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
  const numbers = `${points(-regression.value)} points on ${n} rows, ${percent(margin)} may be lost`;
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
