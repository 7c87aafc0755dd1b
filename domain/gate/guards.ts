/** What closes the gate whatever the numbers say: each guard is a sentence with its reason, or nothing. */
import type { GateInput, PreferenceEvidence } from './gate-input.ts';
import type { AlignedRows } from './test-rows.ts';
import { listed, metricName } from './wording.ts';

/** Fewer rows than this prove nothing that a person should act on. */
export const fewestRows = 30;

/** Doubts about the evidence itself. Any of them makes the decision inconclusive. */
export function doubts(input: GateInput, aligned: AlignedRows, alpha: number | null): string[] {
  const { dataset, spec, suites = [], targets, look } = input;
  const found: string[] = [];
  if (dataset.contaminated) {
    const copies = dataset.copies?.length ? ` (${listed([...dataset.copies])})` : '';
    found.push(
      `The test set is contaminated: answers of test rows reached what the candidate learned from or can look up${copies}. Its results prove nothing.`,
    );
  }
  if (dataset.testChanged || aligned.disagreeing.length > 0) {
    const where =
      aligned.disagreeing.length > 0
        ? ` (${aligned.disagreeing.length} rows have different expected answers, such as ${aligned.disagreeing[0]})`
        : '';
    found.push(`The test set has changed since it was frozen${where}, so that the arms were not asked the same.`);
  } else if (aligned.rows.length !== dataset.n) {
    found.push(`The arms answered ${aligned.rows.length} rows but the frozen test set has ${dataset.n}: evaluate all arms on the same test set.`);
  }
  const earlier = (input.metricsBefore ?? []).filter((metric) => metric !== input.metric);
  if (earlier.length > 0) {
    found.push(
      `The metric was chosen after the fact: this test set was already judged by ${listed([...new Set(earlier)].map(metricName))}, and now ${metricName(input.metric)} is asked for. Keep the metric, or bring fresh test rows.`,
    );
  }
  if (spec.metric !== undefined && spec.metric !== input.metric) {
    found.push(`The metric was chosen after the fact: the pipeline file names ${metricName(spec.metric)}, not ${metricName(input.metric)}.`);
  }
  if (targets.length === 0) found.push('There is neither a champion nor an untuned arm to compare with.');
  if (dataset.n < fewestRows) found.push(`The test set has ${dataset.n} rows; fewer than ${fewestRows} prove nothing.`);
  const missing = Object.keys(spec.maximumRegression).filter((name) => !suites.some((suite) => suite.name === name && suite.candidate.length > 0));
  if (missing.length > 0) found.push(`No results of the ${missing.length > 1 ? 'suites' : 'suite'} ${listed(missing)}, which the gate must see.`);
  const broken = suites.filter((suite) => [...suite.candidate, ...suite.target].some((score) => !Number.isFinite(score)));
  if (broken.length > 0)
    found.push(`Scores of the ${broken.length > 1 ? 'suites' : 'suite'} ${listed(broken.map((suite) => suite.name))} are not numbers.`);
  const ungraded = [input.candidate, ...targets].reduce((sum, arm) => sum + (arm.ungraded ?? 0), 0);
  if (ungraded > 0)
    found.push(`The judge's reply to ${ungraded} answers could not be read, so that they have no score. Ask a judge that keeps to the form.`);
  if (spec.latency !== undefined && !isMeasured(input.measured?.p95Ms)) found.push('The latency has a limit but was not measured.');
  if (spec.cost !== undefined && !isMeasured(input.measured?.usdPerThousand)) found.push('The price has a limit but was not measured.');
  if (alpha === null) {
    found.push(
      `This test set has been used for ${look - 1} gated runs and its error budget is spent: one more look could promote by luck alone. Bring fresh test rows.`,
    );
  }
  return found;
}

/** Verdicts that turn over with the order are ties; where most do, the rest are not to be trusted either. */
export function orderDecides({ against, wins, losses, flipped }: PreferenceEvidence): string {
  return `The judge goes by the order of the answers: ${flipped} of ${wins + losses + flipped} verdicts between the candidate and ${against} turned over when the answers changed places. Its preferences prove nothing.`;
}

export function tooFewFresh(rows: number): string {
  const found = rows === 1 ? 'is 1 labelled row' : `are ${rows} labelled rows`;
  return `There ${found} fresher than the champion's dataset; it takes ${fewestRows} to compare a retrained model with the champion.`;
}

export function notComputed(metric: string): string {
  return `The gate's metric, ${metricName(metric)}, was not computed for every arm.`;
}

export function notANumber(metric: string, against: string): string {
  return `The comparison of ${metricName(metric)} with ${against} is not a number.`;
}

/** Limits that the candidate breaks. Any of them rejects it. */
export function brokenLimits({ candidate, spec, measured }: GateInput): string[] {
  const broken: string[] = [];
  const { p95Ms, usdPerThousand } = measured ?? {};
  if (spec.latency !== undefined && isMeasured(p95Ms) && p95Ms > spec.latency.p95Ms) {
    broken.push(`${candidate.name} needs ${Math.round(p95Ms)} ms (p95) an answer; the limit is ${spec.latency.p95Ms} ms.`);
  }
  if (spec.cost !== undefined && isMeasured(usdPerThousand) && usdPerThousand > spec.cost.usdPerThousand) {
    broken.push(`A thousand answers of ${candidate.name} cost ${usdPerThousand.toFixed(2)} USD; the limit is ${spec.cost.usdPerThousand} USD.`);
  }
  return broken;
}

function isMeasured(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
